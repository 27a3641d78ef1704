/** Classes that the application hands in: for `clients`, where no package can be found, and document classes. */

import { DynamoDB, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { STS } from "@aws-sdk/client-sts";
import { DynamoDBDocument, DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { client, clients, defineClients, errors, registerClients } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(async () => {
	registerClients({ dynamodb: DynamoDB, dynamodbDocument: DynamoDBDocument });
	await resetAwsScope();
});
afterAll(() => all[Symbol.asyncDispose]());

const as = <Result>(account: string, fn: () => Result): Result => all.accounts(account).run(fn);
const KEY = { TableName: "orders", Key: { id: "1" } };

class Mine extends DynamoDB {}
class MyDocument extends DynamoDBDocument {
	static override from(...[of, translate]: Parameters<typeof DynamoDBDocument.from>): MyDocument {
		return new MyDocument(of, translate);
	}
}

test("clients give the registered class, also where an accessor was in use before, and after the home was emptied", async () => {
	const { dynamodb } = clients;
	expect(as(A, () => clients.dynamodb())).not.toBeInstanceOf(Mine);
	registerClients({ dynamodb: Mine });
	const db = as(A, () => clients.dynamodb());
	expect(db).toBeInstanceOf(Mine);
	expect((await as(A, () => db.listTables({}))).TableNames).toEqual([A]);
	expect(all.accounts(A).clients.dynamodb()).toBeInstanceOf(Mine);
	await resetAwsScope();
	expect(as(A, () => clients.dynamodb())).toBeInstanceOf(Mine);
	expect(as(A, () => dynamodb())).toBeInstanceOf(Mine);
});

test("the document client is made by its registered class, around the registered client", async () => {
	const made: object[] = [];
	class Counted extends DynamoDB {
		constructor(...args: ConstructorParameters<typeof DynamoDB>) {
			super(...args);
			made.push(this);
		}
	}
	as(A, () => clients.dynamodbDocument());
	registerClients({ dynamodb: Counted, dynamodbDocument: MyDocument });
	const documents = as(A, () => clients.dynamodbDocument());
	expect(made.length).toBeGreaterThan(0);
	expect(made).toContain(as(A, () => clients.dynamodb()));
	expect((await as(A, () => documents.get(KEY))).Item).toEqual({ id: "1", account: A });
});

test.each([
	[
		"makes a client of its own",
		class extends STS {
			static from(options: object): STS {
				return new STS(options);
			}
		},
	],
	["makes an object of another class", class extends DynamoDBDocument {}],
])("a class whose from() %s is refused before anything is sent", (_, type) => {
	const named = { session: all.accounts(A) };
	const calls = [
		() => as(A, () => client(type as typeof DynamoDBDocument)),
		() => client(type as typeof DynamoDBDocument, named),
		() => as(A, () => defineClients({ own: type as typeof DynamoDBDocument }).own()),
	];
	const before = all.aws.stats().requests;
	for (const call of calls) expect(call).toThrow(expect.objectContaining({ code: "NOT_A_CLIENT" }));
	expect(all.aws.stats().requests).toBe(before);
});

test("a document class is a class like any other", async () => {
	const { orders, plain } = defineClients({ orders: DynamoDBDocument, plain: DynamoDBDocumentClient });
	await as(A, async () => {
		const documents = client(DynamoDBDocument, { marshallOptions: { removeUndefinedValues: true } });
		await documents.put({ TableName: "orders", Item: { id: "1", none: undefined } });
		expect((await documents.get(KEY)).Item).toEqual({ id: "1", account: A });
		expect((await orders().get(KEY)).Item).toEqual({ id: "1", account: A });
		expect((await plain("eu-west-1").send(new GetCommand(KEY))).Item).toEqual({ id: "1", account: A });
		expect(all.seen.at(-1)?.region).toBe("eu-west-1");
		expect(client(DynamoDBDocument)).toBe(clients.dynamodbDocument());
		expect(orders()).toBe(clients.dynamodbDocument());
		expect(client(DynamoDBDocumentClient)).not.toBe(clients.dynamodbDocument());
		expect(client(DynamoDBDocumentClient)).toBe(plain());
	});
	const strayed = as(A, () => client(DynamoDBDocument));
	expect(await failure(async () => as(B, () => strayed.get(KEY)))).toBeInstanceOf(errors.StrayedClientError);
});

test.each<[string, object, string]>([
	["a name that is no service", { dynamoDB: DynamoDB }, "UNKNOWN_SERVICE"],
	["what is no class", { dynamodb: new DynamoDBClient({ region: "eu-west-1" }) }, "NOT_A_CLIENT"],
	["a document class for a client", { dynamodb: DynamoDBDocument }, "NOT_A_CLIENT"],
	["a client class for a document", { dynamodbDocument: DynamoDB }, "NOT_A_CLIENT"],
])("%s is refused, and nothing of that call is registered", async (_what, classes, code) => {
	expect(await failure(async () => registerClients({ dynamodb: Mine, ...classes }))).toMatchObject({ code });
	expect(as(A, () => clients.dynamodb())).not.toBeInstanceOf(Mine);
});
