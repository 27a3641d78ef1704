/** Document clients of one DynamoDB client translate each in its own way. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { clients, runInAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
});
afterAll(() => all[Symbol.asyncDispose]());

test("the options of one are not those of another that was obtained later", () =>
	runInAwsScope({ account: tenant(0), accounts: all.accounts }, async () => {
		const item = { TableName: "table", Item: { id: "1", list: [undefined] } };
		const lenient = clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: true } });
		await lenient.put(item);
		const strict = clients.dynamodbDocument();
		await lenient.put(item);
		expect((await failure(strict.put(item))).message).toContain("removeUndefinedValues");
		// What the client is and knows is shared all the same.
		expect(lenient.config.requestHandler).toBe(strict.config.requestHandler);
		expect(lenient.config.credentials).toBe(clients.dynamodb().config.credentials);
		expect("translateConfig" in clients.dynamodb().config).toBe(false);
	}));
