/** Accessors that a handler makes anew in each of its calls: nothing grows with the number of calls. */

import { inspect } from "node:util";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { SQS } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { home } from "../../src/home/home.js";
import { client, clients, defineClients, session, stats } from "../../src/index.js";

afterEach(() => resetAwsScope());

const mine = () =>
	session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" }, region: "eu-west-1" });

/** How many tables of shortcuts the home keeps: one for each class that a session's calls have asked for. */
const tables = (): number =>
	inspect(home.slots.get("memos"), { depth: 8, showHidden: true }).match(/\bShortcuts \{/g)?.length ?? 0;

test.each<[string, () => unknown[]]>([
	["defineClients()", () => [defineClients({ tables: DynamoDB }).tables(), defineClients({ queues: SQS }).queues()]],
	["client()", () => [client(DynamoDB), client(SQS)]],
	["defineClients() with options", () => [defineClients({ tables: DynamoDB }).tables({ maxAttempts: 2 })]],
])("a thousand calls of %s in a handler leave as much behind as forty", (_what, make) => {
	const own = mine();
	const call = (): void => void own.run(make);
	for (let count = 0; count < 40; count += 1) call();
	const { clientsBuilt } = stats();
	const after = tables();
	expect(after).toBe(own.run(make).length);
	for (let count = 0; count < 1_000; count += 1) call();
	expect(tables()).toBe(after);
	expect(stats().clientsBuilt).toBe(clientsBuilt);
});

test("accessors of one class find the same client, whoever made them, and each its own kind", () => {
	mine().run(() => {
		const db = clients.dynamodb();
		for (let round = 0; round < 3; round += 1) {
			expect(defineClients({ orders: DynamoDB }).orders()).toBe(db);
			expect(client(DynamoDB)).toBe(db);
			expect(clients.dynamodb()).toBe(db);
			expect(clients.dynamodbDocument()).not.toBe(db);
			expect(clients.dynamodbDocument()).toBe(clients.dynamodbDocument());
			expect(client(SQS)).toBeInstanceOf(SQS);
		}
	});
});
