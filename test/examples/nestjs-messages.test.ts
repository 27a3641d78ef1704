/** The example of a NestJS module without HTTP keeps its tenants' orders apart. */

import { ExternalContextCreator, NestFactory } from "@nestjs/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accounts } from "../../examples/nestjs.js";
import { MessagesModule, OrdersJobs, OrdersMessages } from "../../examples/nestjs-messages.js";
import { type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import { assumeRole, tryCurrentAwsScope } from "../../src/index.js";
import { createTable } from "./tables.js";

const TENANTS = ["111111111111", "222222222222"];

let aws: LocalAws;
let environment: Disposable;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: ["999999999999", ...TENANTS] });
	environment = aws.useEnv();
	for (const account of TENANTS) await createTable(assumeRole({ account, role: "setup" }), "orders");
});
afterAll(async () => {
	environment[Symbol.dispose]();
	await resetAwsScope();
	await aws.close();
});

test.each<[string, (app: Awaited<ReturnType<typeof start>>) => (message: object) => Promise<unknown>]>([
	[
		"a message handler, by its interceptor",
		(app) => {
			const host = app.get(OrdersMessages);
			const creator = app.get(ExternalContextCreator);
			// As libraries for resolvers and queues call their handlers.
			return creator.create(
				host,
				host.saved as never,
				"saved",
				undefined,
				undefined,
				undefined,
				undefined,
				undefined,
				"rpc",
			);
		},
	],
	["a job, by itself", (app) => async (data) => app.get(OrdersJobs).process({ data } as never)],
])("%s saves each tenant's order in its account", async (what, handler) => {
	const app = await start();
	const save = handler(app);
	await Promise.all(TENANTS.map((account) => save({ account, order: { id: what, of: account } })));
	for (const account of TENANTS) {
		const got = await accounts(account)
			.clients.dynamodbDocument()
			.get({ TableName: "orders", Key: { id: what } });
		expect(got.Item).toEqual({ id: what, of: account });
	}
	expect(tryCurrentAwsScope()).toBeUndefined();
	await app.close();
});

const start = () => NestFactory.createApplicationContext(MessagesModule, { logger: false });
