/** How each example of the documentation is called, and whose its requests should then be. */

import { EventEmitter } from "node:events";
import { createServer, type Server } from "node:http";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { S3 } from "@aws-sdk/client-s3";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { createAdaptorServer } from "@hono/node-server";
import middy from "@middy/core";
import type { INestApplication } from "@nestjs/common";
import type { Context } from "aws-lambda";
import { expect } from "vitest";
import { openAwsScope } from "../../middleware/middy.js";
import { type AwsSession, assumeRole, clients } from "../../src/index.js";
import { OWN } from "../helpers/aws.js";
import { any } from "../helpers/refusals.js";
import { agentEvent, context, fieldEvent, httpEvent, publishEvent } from "../lambda/events.js";
import { listen } from "../middleware/servers.js";

/** The tenant whose scope is around; no example names it. */
export const AROUND = "555555555555";
export const [ACME, BLUM, POOL] = ["111111111111", "222222222222", "333333333333"] as const;

/** The accounts that the server sees, or a refusal. */
export type Seen = readonly string[] | "refused";
/** A use of an example, and whose requests it makes inside a tenant's scope and outside every scope. */
type Use<Module> = readonly [run: (module: Module) => unknown, inside: Seen, outside: Seen];

/** Its requests are the scope's around it, and the process's own where there is none. */
const follows = <Module>(run: (module: Module) => unknown): Use<Module> => [run, [AROUND], [OWN]];
/** It needs a scope around it. */
const needs = <Module>(run: (module: Module) => unknown): Use<Module> => [run, [AROUND], "refused"];
/** It says itself whose they are, wherever it is called. */
const names = <Module>(accounts: readonly string[], run: (module: Module) => unknown): Use<Module> => [
	run,
	accounts,
	accounts,
];
const acme = <Module>(run: (module: Module) => unknown): Use<Module> => names([ACME], run);

/** Loads the example outside every scope, as a module is, and uses it wherever `enter` leads. */
type Row = readonly [
	what: string,
	use: (enter: (fn: () => unknown) => unknown) => unknown,
	inside: Seen,
	outside: Seen,
];

const example = <Module>(file: string, load: () => Promise<Module>, ...uses: readonly Use<Module>[]): readonly Row[] =>
	uses.map(([run, ...seen], index) => [
		uses.length === 1 ? file : `${file} ${index + 1}`,
		async (enter) => {
			const module = await load();
			await enter(() => run(module));
		},
		...seen,
	]);

const of = (account: string): AwsSession => assumeRole({ account, role: "orders" });
const lambda = { awsRequestId: "1" } as Context;
const key = { "x-api-key": "key-of-acme" };
const claims = { "custom:tenant": "acme" };
const claimed = any({ requestContext: { authorizer: { jwt: { claims } } } });
const order = { id: "1" };

const sqs = {
	eventSource: "aws:sqs",
	messageAttributes: { tenant: { stringValue: "acme", dataType: "String" } },
	body: "{}",
};
const kinesis = {
	eventSource: "aws:kinesis",
	kinesis: { partitionKey: "acme", sequenceNumber: "1", data: Buffer.from("{}").toString("base64") },
};
const stream = {
	eventSource: "aws:dynamodb",
	dynamodb: { SequenceNumber: "1", Keys: { tenant: { S: "acme" } }, NewImage: { id: { S: "1" } } },
};
const records = (...Records: object[]) => any({ Records });

async function serve(server: Server): Promise<void> {
	await using client = await listen(server);
	expect((await client.send("/orders/1", { headers: key })).status).toBeLessThan(300);
}

async function nest({ app }: { app: INestApplication }): Promise<void> {
	await app.init();
	await app.getHttpAdapter().getInstance().ready?.();
	await serve(app.getHttpServer());
}

/** The body of a streamed answer. */
async function streamed(handler: unknown): Promise<void> {
	const response = Object.assign(new PassThrough(), { setContentType() {} });
	const write = handler as (...args: unknown[]) => Promise<void>;
	await Promise.all([write({ account: ACME }, response, lambda), text(response)]);
}

/** The rows of every example; `requests` waits for so many of work that nobody awaits. */
export const rows = (requests: (count: number) => Promise<void>): readonly Row[] => {
	const emitted = (listen: (payments: EventEmitter) => unknown, ...events: string[]): Promise<void> => {
		const payments = new EventEmitter();
		listen(payments);
		for (const event of events) payments.emit(event, order);
		return requests(events.length);
	};
	return [
		...example(
			"lambda-single-account.ts",
			() => import("../../examples/lambda-single-account.js"),
			follows(({ handler }) => handler(order)),
		),
		...example(
			"lambda-plain.ts",
			() => import("../../examples/lambda-plain.js"),
			acme(({ handler }) => handler({ ...order, account: ACME })),
		),
		...example(
			"quick-start-middy.ts",
			() => import("../../examples/quick-start-middy.js"),
			acme(({ handler }) => handler({ ...order, account: ACME }, lambda)),
		),
		...example(
			"script-over-accounts.ts",
			() => import("../../examples/script-over-accounts.js"),
			names([ACME, BLUM], ({ tablesOf }) => tablesOf([ACME, BLUM], "eu-central-1")),
		),
		...example(
			"fan-out.ts",
			() => import("../../examples/fan-out.js"),
			names([ACME, BLUM], ({ findTable }) => findTable("orders", [ACME, BLUM], ["eu-central-1"])),
		),
		...example(
			"lambda-middy.ts",
			() => import("../../examples/lambda-middy.js"),
			acme(({ handler }) => handler({ account: ACME, order: "1" }, lambda)),
		),
		...example(
			"lambda.ts",
			() => import("../../examples/lambda.js"),
			acme(({ tenant }) => tenant({ account: BLUM }, any({ tenantId: ACME }))),
			acme(({ streaming }) => streamed(streaming)),
			acme(({ readable }) => streamed(readable)),
		),
		...example(
			"scope.ts",
			() => import("../../examples/scope.js"),
			acme(({ run }) => run(ACME)),
			names([ACME, BLUM], ({ nested }) => nested(of(ACME), of(BLUM), order)),
			names([BLUM], ({ handler }) => handler({ token: "secret" })),
		),
		...example(
			"session.ts",
			() => import("../../examples/session.js"),
			acme(({ use }) => use(of(ACME))),
			names([POOL], ({ chain }) => chain().clients.dynamodb().listTables({})),
			acme(({ byHand }) => byHand(of(ACME)).send(new ListQueuesCommand({}))),
			acme(async ({ presign }) => fetch(await presign(of(ACME)))),
		),
		...example(
			"client.ts",
			() => import("../../examples/client.js"),
			follows(({ accessors }) => (accessors(of(ACME))[0] as DynamoDB).listTables({})),
			acme(async ({ accessors }) => {
				const { Body } = await (accessors(of(ACME))[3] as S3).getObject({ Bucket: "reports", Key: "1" });
				// Until it is read, the request is under way.
				await Body?.transformToString();
			}),
			follows(({ listOrders, listTables }) => Promise.all([listOrders(), listTables()])),
			acme(({ ofTenant }) => ofTenant(of(ACME)).listTables({})),
		),
		...example(
			"cache.ts",
			() => import("../../examples/cache.js"),
			needs(({ tables }) => tables("eu-central-1").listTables({})),
		),
		...example(
			"background.ts",
			() => import("../../examples/background.js"),
			follows(({ saveWhenPaid }) => emitted((payments) => saveWhenPaid(payments, order), "paid")),
			follows(({ saveAll }) => emitted(saveAll, "order", "correction")),
			follows(({ savePaid }) => emitted((payments) => savePaid(payments, order), "paid")),
			follows(({ saveQueued }) => saveQueued(order)),
			needs(({ orders }) => orders().load("1")),
		),
		...example(
			"batch.ts",
			() => import("../../examples/batch.js"),
			acme((batch) => batch.sqs(records(sqs))),
			acme((batch) => batch.kinesis(records(kinesis))),
			acme((batch) => batch.dynamodb(records(stream))),
			acme((batch) => batch.sqsByPowertools(records(sqs), context())),
			acme((batch) => batch.kinesisByPowertools(records(kinesis), context())),
			acme((batch) => batch.dynamodbByPowertools(records(stream), context())),
		),
		...example(
			"tenant-sources.ts",
			() => import("../../examples/tenant-sources.js"),
			acme(({ isolated }) => isolated({}, context("acme"))),
			acme(({ api }) => api(claimed)),
			acme(({ apiWithMiddy }) => apiWithMiddy(claimed, lambda)),
			acme(({ behindGateway }) => behindGateway(any({ headers: { "x-tenant": "acme" } }))),
			acme(({ message }) => message(any(sqs))),
			acme(({ placed }) => placed(any({ detail: { order: { tenant: "acme" } } }))),
			acme(({ fair }) => fair(any({ attributes: { MessageGroupId: "acme" } }))),
			acme(({ keyed }) => keyed(any(kinesis))),
			names([POOL], ({ pooled }) => pooled({}, context("acme"))),
			acme(({ answer }) => answer(claimed)),
		),
		...example(
			"powertools-http.ts",
			() => import("../../examples/powertools-http.js"),
			acme(({ handler }) => handler(httpEvent("/orders/1", { tenant: "acme" }), context())),
			acme(({ handler }) => handler(httpEvent("/orders", { tenant: "acme" }), context())),
			acme(({ authenticated }) => authenticated(httpEvent("/archive/1", { headers: key }), context())),
		),
		...example(
			"powertools-resolvers.ts",
			() => import("../../examples/powertools-resolvers.js"),
			acme(({ graphql }) => graphql(fieldEvent(["Query", "order"], { args: order, tenant: "acme" }), context())),
			names([BLUM], ({ graphql }) =>
				graphql([fieldEvent(["Report", "order"], { source: { ...order, tenant: "blum" }, tenant: "acme" })], context()),
			),
			acme(({ published }) => published(any(publishEvent("/orders/new", [order], "acme")), context())),
			acme(({ forwarded }) => forwarded(any(publishEvent("/changes/1", [{ ...order, tenant: "acme" }])), context())),
			acme(({ agent }) => agent(agentEvent("readOrder", order, { tenant: "acme" }), context())),
		),
		...example(
			"middy-spec.ts",
			() => import("../../examples/middy-spec.js"),
			// The tenant is looked up as the process.
			names([ACME, OWN], ({ ofTenant }) => {
				const found = { before: ({ internal }: middy.Request) => void Object.assign(internal, { tenant: "acme" }) };
				const handler = openAwsScope(middy(() => clients.dynamodb().listTables({})));
				return (handler.use(found).use(any(ofTenant)) as typeof handler)(order, lambda);
			}),
		),
		...example(
			"errors.ts",
			() => import("../../examples/errors.js"),
			names([], ({ accountOf }) => accountOf(of(ACME))),
		),
		...example(
			"transport.ts",
			() => import("../../examples/transport.js"),
			follows(({ options }) => (options()[0] as DynamoDB).listTables({})),
		),
		...example(
			"express.ts",
			() => import("../../examples/express.js"),
			acme(({ app }) => serve(createServer(app))),
		),
		...example(
			"http.ts",
			() => import("../../examples/http.js"),
			acme(({ server }) => serve(server)),
		),
		...example(
			"express-late.ts",
			() => import("../../examples/express-late.js"),
			acme(({ app }) => serve(createServer(app))),
		),
		...example(
			"fastify.ts",
			() => import("../../examples/fastify.js"),
			acme(async ({ app }) => {
				await app.ready();
				await serve(app.server);
			}),
		),
		...example(
			"hono.ts",
			() => import("../../examples/hono.js"),
			acme(({ app }) => serve(createAdaptorServer({ fetch: app.fetch }) as Server)),
		),
		...example(
			"hono-lambda.ts",
			() => import("../../examples/hono-lambda.js"),
			acme(({ handler }) => handler(any(httpEvent("/orders/1")), any({ tenantId: "key-of-acme" }))),
		),
		...example(
			"koa.ts",
			() => import("../../examples/koa.js"),
			acme(({ app }) => serve(createServer(app.callback()))),
		),
		...example("nestjs-express.ts", () => import("../../examples/nestjs-express.js"), acme(nest)),
		...example("nestjs-fastify.ts", () => import("../../examples/nestjs-fastify.js"), acme(nest)),
		...example("nestjs-late.ts", () => import("../../examples/nestjs-late.js"), acme(nest)),
		...example(
			"nestjs.ts",
			() => import("../../examples/nestjs.js"),
			follows(({ Orders }) => new Orders().get("1")),
		),
		...example(
			"nestjs-messages.ts",
			() => import("../../examples/nestjs-messages.js"),
			acme(({ OrdersJobs }) => {
				const orders = { put: (Item: object) => clients.dynamodbDocument().put({ TableName: "orders", Item }) };
				return new OrdersJobs(any(orders)).process({ data: { account: ACME, order } });
			}),
		),
	];
};

/** Examples of which there is no row, and why. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
	"bundle.ts": "makes no request; test/dist/bundles.test.ts runs its like",
	"eslint.ts": "makes no request",
	"home.ts": "makes no request",
	"quick-start-resources.ts": "needs EC2: test/moto/resources/examples.test.ts",
	"resource-services.ts": "needs 18 services: test/moto/resources/examples.test.ts",
	"resources.ts": "needs S3, EC2 and more: test/moto/resources/examples.test.ts",
	"fan-out-instances.ts": "needs EC2: test/moto/workers/organization.test.ts",
	"fan-out-resume.ts": "writes a file: test/examples/fan-out-resume.test.ts",
	"background-worker.ts": "runs in a thread: test/scope/background.test.ts",
};
