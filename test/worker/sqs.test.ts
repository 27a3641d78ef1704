/** The SQS handler: partial batch responses, visibility, the end of an invocation. */

import { expect, test, vi } from "vitest";
import { configure, currentAwsScope, runInAwsScope } from "../../src/index.js";
import { type SqsRecord, sendTargets, sqsHandler, type WorkerTarget } from "../../worker/index.js";
import { OWN, startTenants, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { ask, event, message } from "./support.js";

const QUEUE = "https://sqs.us-east-1.amazonaws.com/999999999999/targets";

interface Noted extends WorkerTarget {
	readonly note?: string;
}

test("each message runs in its own target's scope, and only those that failed are reported", async () => {
	await using world = await startTenants({ tenants: 40 });
	const errors: [string, string | undefined][] = [];
	const seen: unknown[] = [];
	let most = 0;
	let running = 0;
	const handler = sqsHandler(
		async (target: Noted, { attempt, signal }) => {
			running += 1;
			most = Math.max(most, running);
			seen.push([target, attempt, signal.aborted, currentAwsScope().region]);
			const answered = await ask(target.account);
			running -= 1;
			if (target.note === "fail") throw new Error("on purpose");
			return answered;
		},
		{
			accounts: world.accounts,
			concurrency: 7,
			onError: (error, record) => errors.push([(error as Error).message, record?.messageId]),
		},
	);
	const Records = world.tenants.map((account, index) =>
		message({ account, region: "eu-west-1", note: index % 10 === 3 ? "fail" : "fine" }, index, 2),
	);
	const { batchItemFailures } = await handler({ Records });
	expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(
		["message-13", "message-23", "message-3", "message-33"].sort(),
	);
	expect(errors).toHaveLength(4);
	expect(seen[0]).toEqual([{ account: tenant(0), region: "eu-west-1", note: "fine" }, 2, false, "eu-west-1"]);
	expect(most).toBe(7);
	expect(world.seen).toHaveLength(40);
	expect(world.wrong()).toEqual([]);
});

test("messages that are no targets are failures, and nothing of what they say is sent or shown", async () => {
	await using world = await startTenants({ tenants: 1 });
	const errors: string[] = [];
	const handler = sqsHandler(({ account }) => ask(account), {
		accounts: world.accounts,
		onError: (error) => errors.push((error as Error).message),
	});
	const bodies = [
		"{secret",
		"null",
		"[]",
		'"text"',
		{ region: "eu-west-1" },
		{ account: "1234" },
		{ account: tenant(0) },
	];
	const { batchItemFailures } = await handler(event(...bodies));
	expect(batchItemFailures).toHaveLength(6);
	expect(errors.join("\n")).not.toContain("secret");
	expect(errors[0]).toBe("The message message-0 is not JSON; send targets with sendTargets().");
	expect(errors[5]).toBe('The message message-5 has the account "1234"; an account has 12 digits.');
	expect(world.aws.stats().assumeRole.total).toBe(1);
	expect(await failure(handler({} as never))).toMatchObject({ code: "INVALID_OPTION" });
});

test("visibility is extended as the worker itself for what is unfinished, until it is finished", async () => {
	const extended: { readonly account: string; readonly body: ExtendInput }[] = [];
	await using world = await startTenants({
		tenants: 1,
		handlers: {
			sqs: ({ action, identity, body }) => {
				const input = JSON.parse(Buffer.from(body).toString()) as ExtendInput;
				if (action === "ChangeMessageVisibilityBatch") extended.push({ account: identity.accountId, body: input });
				return { body: { Successful: input.Entries.map(({ Id }) => ({ Id })), Failed: [] } };
			},
		},
	});
	const slow = gate();
	const handler = sqsHandler(
		async ({ note }: Noted) => {
			if (note === "slow") await slow.opened;
		},
		{ accounts: world.accounts, concurrency: 20, visibility: { queueUrl: world.aws.endpoint, seconds: 2 } },
	);
	const account = tenant(0);
	const targets = Array.from({ length: 15 }, (_, index) => ({ account, note: index < 12 ? "slow" : "quick" }));
	const handled = handler(event(...targets));
	await eventually(() => expect(extended.length).toBeGreaterThanOrEqual(2));
	slow.open();
	expect(await handled).toEqual({ batchItemFailures: [] });
	const count = extended.length;
	expect(extended[0]).toMatchObject({ account: OWN, body: { QueueUrl: world.aws.endpoint } });
	expect(extended[0]?.body.Entries).toHaveLength(10);
	expect(extended[1]?.body.Entries.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(["receipt-10", "receipt-11"]);
	expect(extended[0]?.body.Entries[0]?.VisibilityTimeout).toBe(2);
	await handler(event({ account, note: "quick" }));
	expect(extended).toHaveLength(count);
});

interface ExtendInput {
	readonly QueueUrl: string;
	readonly Entries: readonly {
		readonly Id: string;
		readonly ReceiptHandle: string;
		readonly VisibilityTimeout: number;
	}[];
}

test("requests for a queue are signed for the region in its URL, whatever region is around", async () => {
	const told = gate();
	await using world = await startTenants({
		tenants: 1,
		handlers: {
			sqs: ({ action, body }) => {
				if (action === "ChangeMessageVisibilityBatch") told.open();
				const { Entries } = JSON.parse(Buffer.from(body).toString()) as ExtendInput;
				return { body: { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] } };
			},
		},
	});
	configure({ clientDefaults: { endpoint: world.aws.endpoint } });
	const queueUrl = "https://sqs.eu-west-3.amazonaws.com/999999999999/targets";
	const handler = sqsHandler(() => told.opened, { accounts: world.accounts, visibility: { queueUrl, seconds: 2 } });
	const { accounts } = world;
	await runInAwsScope({ account: tenant(0), accounts, region: "us-west-1" }, async () => {
		await handler(event({ account: tenant(0) }));
		await sendTargets(queueUrl, [{ account: tenant(0) }]).catch(() => undefined);
	});
	expect(world.seen).toMatchObject([
		{ action: "ChangeMessageVisibilityBatch", account: OWN, region: "eu-west-3" },
		{ action: "SendMessageBatch", account: tenant(0), region: "eu-west-3" },
	]);
});

test("a visibility that SQS does not extend is told, and the work goes on", async () => {
	await using world = await startTenants({
		tenants: 1,
		handlers: { sqs: () => ({ body: { Successful: [], Failed: [{ Id: "0", Code: "ReceiptHandleIsInvalid" }] } }) },
	});
	const told = gate();
	const errors: [unknown, SqsRecord | undefined][] = [];
	const handler = sqsHandler(() => told.opened, {
		accounts: world.accounts,
		visibility: { queueUrl: world.aws.endpoint, seconds: 2 },
		onError: (...error) => {
			errors.push(error);
			told.open();
		},
	});
	expect(await handler(event({ account: tenant(0) }))).toEqual({ batchItemFailures: [] });
	expect(errors).toEqual([
		[expect.objectContaining({ message: "SQS did not extend 1 messages: ReceiptHandleIsInvalid" }), undefined],
	]);
});

test("shortly before the invocation ends, what is unfinished is reported and what is finished is kept", async () => {
	await using world = await startTenants({ tenants: 1 });
	const account = tenant(0);
	const started: unknown[] = [];
	const handler = sqsHandler(
		async ({ note }: Noted, { signal }) => {
			started.push(note);
			if (note === "hangs") await new Promise(() => undefined);
			if (note === "listens")
				await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
		},
		{ accounts: world.accounts, concurrency: 2, onError: () => undefined },
	);
	const notes = ["quick", "hangs", "quick", "listens", "waits"];
	const { batchItemFailures } = await handler(event(...notes.map((note) => ({ account, note }))), {
		getRemainingTimeInMillis: () => 1_200,
	});
	expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
		"message-1",
		"message-3",
		"message-4",
	]);
	expect(started).toEqual(["quick", "hangs", "quick", "listens"]);
});

test.each([
	["throws", () => JSON.parse("{")],
	["rejects", () => Promise.reject(new Error("no metrics"))],
])("an onError that %s fails no message that is done", async (_, onError) => {
	await using world = await startTenants({ tenants: 4 });
	const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
	const handler = sqsHandler(
		({ account }) => {
			if (account === tenant(1)) throw new Error("on purpose");
		},
		{ accounts: world.accounts, concurrency: 1, onError },
	);
	const { batchItemFailures } = await handler(event(...world.tenants.map((account) => ({ account }))));
	expect(batchItemFailures).toEqual([{ itemIdentifier: "message-1" }]);
	await eventually(() => expect(log).toHaveBeenCalledWith("onError failed:", expect.any(Error)));
	log.mockRestore();
});

const none = (): undefined => undefined;

test.each([
	[{}, /\{ accounts \} takes a function/],
	[{ accounts: {} }, /\{ accounts \}/],
	[{ accounts: none, concurrency: 0 }, /\{ concurrency \}/],
	[{ accounts: none, visibility: { queueUrl: QUEUE, seconds: 1 } }, /2 to 43200/],
	[{ accounts: none, visibility: { queueUrl: "targets", seconds: 60 } }, /URL of a queue/],
	[{ accounts: none, retries: 3 }, /has no option "retries"/],
])("%j is refused when the handler is made", async (options, says) => {
	const { message } = await failure(() => sqsHandler(() => undefined, options as never));
	expect(message).toMatch(says);
});
