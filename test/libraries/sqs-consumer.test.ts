/** sqs-consumer: each message is handled in its own tenant's account. */

import { once } from "node:events";
import type { Message } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import { afterEach, expect, test } from "vitest";
import { consumerOfAll, startConsumerOf } from "../../examples/library-sqs-consumer.js";
import { clients, defaultSession, errors, followingClient, runInAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { scale } from "../helpers/scale.js";
import { Queues } from "./queues.js";

const MESSAGES = scale(200, 1_000);
const running: Consumer[] = [];
afterEach(() => {
	for (const consumer of running.splice(0)) consumer.stop({ abort: true });
});

/** Local AWS in which any role exists, as the example assumes one. */
async function start(count: number): Promise<{ readonly all: TenantAws; readonly queues: Queues }> {
	const queues = new Queues();
	const ids = Array.from({ length: count }, (_, index) => tenant(index));
	const all = await startTenants({
		tenants: count,
		handlers: { sqs: queues.answer },
		options: { accounts: [OWN, ...ids] },
	});
	return { all, queues };
}

const queueOf = ({ aws }: TenantAws, account: string): string => `${aws.endpoint}/${account}/orders`;

/** Waits until that many messages were handled, whether well or not, and stops the consumers. */
async function handled(consumers: readonly Consumer[], count: number, queues: Queues): Promise<void> {
	running.push(...consumers);
	let left = count;
	await new Promise<void>((resolve, reject) => {
		const one = (): void => {
			left -= 1;
			if (left === 0) resolve();
		};
		for (const consumer of consumers) {
			consumer.on("error", ({ cause }) => {
				if ((cause as Error).name !== "AbortError") reject(cause);
			});
			consumer.on("message_processed", one);
			consumer.on("processing_error", one);
			if (!consumer.status.isRunning) consumer.start();
		}
	});
	for (const consumer of consumers) consumer.stop({ abort: true });
	queues.close();
}

const writes = ({ seen }: TenantAws) => seen.filter(({ service }) => service === "dynamodb");

test("one queue of all tenants: each message is handled in its tenant's scope, the queue is the process's", async () => {
	const { all, queues } = await start(20);
	await using _ = all;
	const queueUrl = queueOf(all, OWN);
	for (let index = 0; index < MESSAGES; index += 1) queues.send(queueUrl, tenant(index % 20));
	const consumers = Array.from({ length: 5 }, () => consumerOfAll(queueUrl));
	await handled(consumers, MESSAGES, queues);
	expect(writes(all)).toHaveLength(MESSAGES);
	expect(all.wrong()).toEqual([]);
	expect(queues.deleted.size).toBe(MESSAGES);
	const ofQueue = all.seen.filter(({ service }) => service === "sqs");
	expect(new Set(ofQueue.map(({ account }) => account))).toEqual(new Set([OWN]));
}, 120_000);

test("a queue per tenant: all that a consumer does is signed by its tenant", async () => {
	const { all, queues } = await start(20);
	await using _ = all;
	for (let index = 0; index < MESSAGES; index += 1) {
		const account = tenant(index % 20);
		queues.send(queueOf(all, account), account);
	}
	const consumers = all.tenants.map((account) => startConsumerOf(account, queueOf(all, account)));
	await handled(consumers, MESSAGES, queues);
	expect(writes(all)).toHaveLength(MESSAGES);
	expect(all.wrong()).toEqual([]);
	expect(all.seen.filter(({ account }) => account === OWN)).toEqual([]);
	expect(queues.deleted.size).toBe(MESSAGES);
}, 120_000);

test("a message of no tenant stays in the queue, and nothing is written", async () => {
	const { all, queues } = await start(1);
	await using _ = all;
	queues.send(queueOf(all, OWN), "");
	await handled([consumerOfAll(queueOf(all, OWN))], 1, queues);
	expect(writes(all)).toEqual([]);
	expect(queues.deleted.size).toBe(0);
});

test("a consumer of a following client that is started outside every scope is refused before it receives", async () => {
	const { all, queues } = await start(1);
	await using _ = all;
	runInAwsScope({ account: tenant(0), accounts: all.accounts }, () => clients.sqs());
	queues.send(queueOf(all, OWN), tenant(0));
	const consumer = Consumer.create({
		queueUrl: queueOf(all, OWN),
		sqs: followingClient(clients.sqs),
		handleMessage: async (message) => message,
	});
	running.push(consumer);
	consumer.start();
	const [error] = (await once(consumer, "error").catch((thrown) => [thrown])) as [Error];
	consumer.stop();
	expect(error.cause).toBeInstanceOf(errors.LostScopeError);
	expect(all.seen).toEqual([]);
});

test("a handler without a scope of its own, in a consumer that a tenant's call started, writes all to that tenant's account", async () => {
	const { all, queues } = await start(3);
	await using _ = all;
	const queueUrl = queueOf(all, OWN);
	for (const account of all.tenants) queues.send(queueUrl, account);
	const documents = followingClient(clients.dynamodbDocument);
	const consumer = runInAwsScope({ account: tenant(0), accounts: all.accounts }, () => {
		const made = Consumer.create({
			queueUrl,
			sqs: defaultSession().clients.sqs(),
			batchSize: 10,
			handleMessage: async (message: Message) => {
				await documents.put(JSON.parse(message.Body ?? ""));
				return message;
			},
		});
		made.start();
		return made;
	});
	await handled([consumer], 3, queues);
	expect(writes(all)).toHaveLength(3);
	expect(all.wrong()).toHaveLength(2);
});
