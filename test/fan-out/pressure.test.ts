/** Bounds: what is read, what runs, and what waits for the reader. */

import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { fanOut } from "../../fan-out/index.js";
import { eventually, gate } from "../helpers/barrier.js";
import { ids, many, type Numbered, numbered } from "./targets.js";

const quiet = async (): Promise<void> => {
	for (let turns = 0; turns < 20; turns += 1) await turn();
};

/** Counts what is read from a source. */
function counted(count: number) {
	const seen = { read: 0, returned: 0 };
	async function* source(): AsyncGenerator<Numbered> {
		try {
			for (let id = 0; id < count; id += 1) {
				seen.read += 1;
				yield numbered(id, 50);
			}
		} finally {
			seen.returned += 1;
		}
	}
	return { seen, source: source() };
}

test("10,000 targets are never more than a few promises", async () => {
	const { seen, source } = counted(10_000);
	let [running, most, ahead, settled] = [0, 0, 0, 0];
	const run = fanOut(
		source,
		async () => {
			running += 1;
			most = Math.max(most, running);
			await turn();
			running -= 1;
			settled += 1;
		},
		{ concurrency: 25 },
	);
	let done = 0;
	for await (const { status } of run) {
		expect(status).toBe("fulfilled");
		done += 1;
		ahead = Math.max(ahead, seen.read - done);
		expect(settled - done).toBeLessThanOrEqual(50);
	}
	expect(done).toBe(10_000);
	expect(most).toBe(25);
	// 100 that wait, 50 that run or wait for the reader, and one that is being read.
	expect(ahead).toBeLessThanOrEqual(151);
	expect(run.progress).toEqual({ done: 10_000, failed: 0, denied: 0, running: 0, total: 10_000 });
});

test("a reader that stops reading stops the work, and nothing is read or started before it reads", async () => {
	const { seen, source } = counted(1_000);
	let started = 0;
	const run = fanOut(source, () => ++started, { concurrency: 4 });
	await quiet();
	expect([seen.read, started]).toEqual([0, 0]);
	expect((await run.next()).done).toBe(false);
	await quiet();
	// Two times the concurrency, and the one that was read.
	expect(started).toBe(9);
	expect(seen.read).toBeLessThanOrEqual(9 + 101);
	const before = seen.read;
	await quiet();
	expect([seen.read, started]).toEqual([before, 9]);
	await run.return();
	expect(seen.returned).toBe(1);
});

test.each([
	["account", { perAccount: 2 }, (target: Numbered) => String(target.session.account)],
	["region", { perRegion: 2 }, (target: Numbered) => String(target.region)],
])("no more tasks than allowed run in one %s, and the others don't wait for them", async (_what, limit, keyOf) => {
	const regions = ["eu-central-1", "us-east-1", "ap-south-1"];
	const targets = many(30, 3).map((target) => ({ ...target, region: regions[target.id % 3] as string }));
	// The first two of the first account, or region, hang until all others are done.
	const others = gate();
	const running = new Map<string, number>();
	let most = 0;
	let left = 20;
	const results = await fanOut(
		targets,
		async (target) => {
			const key = keyOf(target);
			running.set(key, (running.get(key) ?? 0) + 1);
			most = Math.max(most, running.get(key) ?? 0);
			if (target.id % 3 === 0) await others.opened;
			else await turn();
			running.set(key, (running.get(key) ?? 0) - 1);
			if (target.id % 3 !== 0) left -= 1;
			if (left === 0) others.open();
		},
		{ concurrency: 20, ...limit },
	).collect();
	expect(results.fulfilled).toHaveLength(30);
	expect(most).toBe(2);
});

test("several reads at a time get different results, and then the end", async () => {
	const run = fanOut(many(3), ({ id }) => id);
	const reads = await Promise.all(Array.from({ length: 5 }, () => run.next()));
	expect(reads.map(({ done, value }) => (done ? "end" : value?.value))).toEqual([0, 1, 2, "end", "end"]);
});

test("in order, a slow first target holds back the results but not the work, within bounds", async () => {
	const first = gate();
	let started = 0;
	const run = fanOut(
		many(100),
		async ({ id }) => {
			started += 1;
			if (id === 0) await first.opened;
			return id;
		},
		{ ordered: true, concurrency: 5 },
	);
	const read = run.next();
	await eventually(() => expect(started).toBe(10));
	await quiet();
	expect(started).toBe(10);
	first.open();
	const { value } = await read;
	const { fulfilled } = await run.collect();
	expect([value?.target.id, ...ids(fulfilled)]).toEqual(Array.from({ length: 100 }, (_, id) => id));
});

test("as they settle, a slow first target comes last", async () => {
	const first = gate();
	const run = fanOut(many(10), ({ id }) => (id === 0 ? first.opened : undefined), { concurrency: 3 });
	const order: number[] = [];
	for await (const { target } of run) {
		order.push(target.id);
		if (order.length === 9) first.open();
	}
	expect(order).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
});

test("the total is known for arrays, sets and combinations of them, and else in the end", async () => {
	const target = numbered(1);
	expect(fanOut([target], () => 1).progress.total).toBe(1);
	expect(fanOut(new Set([target]), () => 1).progress.total).toBe(1);
	const run = fanOut([target].values(), () => 1);
	expect(run.progress).toEqual({ done: 0, failed: 0, denied: 0, running: 0 });
	await run.collect();
	expect(run.progress.total).toBe(1);
});
