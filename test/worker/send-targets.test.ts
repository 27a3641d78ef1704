/** Filling a queue: batches, limits, what SQS refuses. */

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { LocalRequest, LocalResponse } from "../../local-aws/index.js";
import { runInAwsScope } from "../../src/index.js";
import { sendTargets } from "../../worker/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

interface Batch {
	readonly QueueUrl: string;
	readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[];
}

interface Queue extends TenantAws {
	readonly batches: Batch[];
	readonly bodies: () => string[];
	readonly url: string;
}

type Refused = { readonly Id: string; readonly SenderFault: boolean; readonly Code: string };

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** A queue that takes what `refuse` does not name. */
async function startQueue(
	refuse: (batch: Batch, request: LocalRequest) => Refused[] | LocalResponse = () => [],
): Promise<Queue> {
	const batches: Batch[] = [];
	const taken: string[] = [];
	const world = await startTenants({
		tenants: 2,
		handlers: {
			sqs: (request) => {
				const batch = JSON.parse(Buffer.from(request.body).toString()) as Batch;
				batches.push(batch);
				const Failed = refuse(batch, request);
				if (!Array.isArray(Failed)) return Failed;
				const left = batch.Entries.filter(({ Id }) => !Failed.some((one) => one.Id === Id));
				taken.push(...left.map(({ MessageBody }) => MessageBody));
				return {
					body: {
						Successful: left.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
						Failed,
					},
				};
			},
		},
	});
	return Object.assign(Object.create(world) as TenantAws, {
		batches,
		bodies: () => taken,
		url: `${world.aws.endpoint}/${OWN}/targets`,
		[Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
	});
}

const targets = (count: number) => Array.from({ length: count }, (_, index) => ({ account: tenant(0), index }));

test("targets are sent ten at a time, once each", async () => {
	await using queue = await startQueue();
	expect(await sendTargets(queue.url, targets(5_003))).toEqual({ sent: 5_003, unsent: [] });
	expect(queue.batches).toHaveLength(501);
	expect(new Set(queue.bodies()).size).toBe(5_003);
	expect(JSON.parse(queue.bodies()[0] as string)).toEqual({ account: tenant(0), index: 0 });
	expect(new Set(queue.seen.map(({ account }) => account))).toEqual(new Set([OWN]));
});

test("targets are read as they are sent", async () => {
	let read = 0;
	const ahead: number[] = [];
	await using queue = await startQueue(() => {
		ahead.push(read - queue.bodies().length);
		return [];
	});
	async function* source() {
		for (const target of targets(1_000)) {
			read += 1;
			yield target;
		}
	}
	expect(await sendTargets(queue.url, source())).toMatchObject({ sent: 1_000 });
	// Eight batches, and the one that is being filled.
	expect(Math.max(...ahead)).toBeLessThanOrEqual(91);
});

test("a batch holds at most 1 MiB, and a target that is larger is never sent", async () => {
	await using queue = await startQueue();
	const note = "é".repeat(150_000);
	const large = Array.from({ length: 8 }, (_, index) => ({ account: tenant(0), index, note }));
	const huge = { account: tenant(0), note: "x".repeat(1_048_576) };
	const { sent, unsent } = await sendTargets(queue.url, [...large, huge]);
	expect(sent).toBe(8);
	expect(unsent).toEqual([
		{ target: huge, error: expect.objectContaining({ message: expect.stringContaining("larger") }) },
	]);
	for (const { Entries } of queue.batches) {
		expect(Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0)).toBeLessThanOrEqual(
			1_048_576,
		);
	}
	expect(queue.batches.map(({ Entries }) => Entries.length)).toEqual([3, 3, 2]);
});

test("what SQS refuses for now is sent again alone, what it refuses for good is listed", async () => {
	const attempts = new Map<string, number>();
	await using queue = await startQueue(({ Entries }) =>
		Entries.flatMap(({ Id, MessageBody }): Refused[] => {
			const { index } = JSON.parse(MessageBody) as { index: number };
			const attempt = (attempts.get(MessageBody) ?? 0) + 1;
			attempts.set(MessageBody, attempt);
			if (index === 3) return [{ Id, SenderFault: true, Code: "InvalidMessageContents" }];
			if (index === 4) return [{ Id, SenderFault: false, Code: "InternalError" }];
			return index % 5 === 0 && attempt < 3 ? [{ Id, SenderFault: false, Code: "ServiceUnavailable" }] : [];
		}),
	);
	const { sent, unsent } = await sendTargets(queue.url, targets(20));
	expect(sent).toBe(18);
	expect(unsent.map(({ target, error }) => [target.index, error.name]).sort()).toEqual([
		[3, "InvalidMessageContents"],
		[4, "InternalError"],
	]);
	expect(queue.bodies()).toHaveLength(18);
	expect([...attempts.values()].reduce((sum, count) => sum + count, 0)).toBe(20 + 4 * 2 + 4);
});

test("targets that no worker would take are listed, not sent", async () => {
	await using queue = await startQueue();
	const bad = [{ account: "1234" }, { account: tenant(0), session: {} }, { note: "no account" }];
	const { sent, unsent } = await sendTargets(queue.url, [...targets(1), ...bad]);
	expect(sent).toBe(1);
	expect(unsent.map(({ target }) => target)).toEqual(bad);
});

test("a first request that fails is thrown; a later one lists its targets and the others go on", async () => {
	let fails = (_index: number): boolean => true;
	const denied = { status: 403, headers: { "x-amzn-errortype": "AccessDenied" }, body: '{"__type":"AccessDenied"}' };
	await using queue = await startQueue(({ Entries }) => {
		const { index } = JSON.parse(Entries[0]?.MessageBody ?? "") as { index: number };
		return fails(index) ? denied : [];
	});
	expect((await failure(sendTargets(queue.url, targets(100)))).name).toBe("AccessDenied");
	expect(queue.batches).toHaveLength(1);
	fails = (index) => index === 20;
	const { sent, unsent } = await sendTargets(queue.url, targets(100));
	expect(sent).toBe(90);
	expect(unsent.map(({ target }) => target.index)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
});

test.each([5, 300])(
	"a source that fails after %i targets is closed, and its error comes when nothing is under way",
	async (count) => {
		await using queue = await startQueue();
		async function* source() {
			yield* targets(count);
			throw new Error("Organizations is down");
		}
		expect((await failure(sendTargets(queue.url, source()))).message).toBe("Organizations is down");
		const sent = queue.batches.length;
		await sendTargets(queue.url, targets(1));
		// Those that were read but did not fill a batch are not sent.
		expect(sent).toBe(Math.floor(count / 10) - (count % 10 === 0 ? 1 : 0));
		expect(queue.batches).toHaveLength(sent + 1);
	},
);

test("the source is closed if the first request fails", async () => {
	await using queue = await startQueue(() => ({ status: 400, body: '{"__type":"QueueDoesNotExist"}' }));
	let closed = 0;
	async function* source() {
		try {
			yield* targets(100);
		} finally {
			closed += 1;
		}
	}
	await failure(sendTargets(queue.url, source()));
	expect(closed).toBe(1);
});

test("targets are sent as the scope in which it is called, or as the session that is named", async () => {
	await using queue = await startQueue();
	const { accounts } = queue;
	const [one, other] = [tenant(0), tenant(1)];
	await runInAwsScope({ account: one, accounts }, () => sendTargets(queue.url, targets(1)));
	await runInAwsScope({ account: one, accounts }, () =>
		sendTargets(queue.url, targets(1), { session: accounts(other) }),
	);
	expect(queue.seen.map(({ account }) => account)).toEqual([one, other]);
	expect(await failure(sendTargets(queue.url, targets(1)))).toMatchObject({ code: "LOST_SCOPE" });
	expect(await failure(sendTargets("targets", []))).toMatchObject({ code: "INVALID_OPTION" });
});
