/** Work that goes on elsewhere: what keeps its scope by itself, what loses or mixes it, and how that is mended. */

import { AsyncResource } from "node:async_hooks";
import { EventEmitter, EventEmitterAsyncResource, on, once } from "node:events";
import { stat } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import DataLoader from "dataloader";
import PQueue from "p-queue";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { orders, saveAll, saveInWorker, savePaid, saveQueued, saveWhenPaid } from "../../examples/background.js";
import { accountSessions, clients, runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import { meantFor, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
let accounts: (account: string) => ReturnType<TenantAws["accounts"]>;
/** Called with each request that the server has seen. */
let arrived: () => void;
beforeAll(async () => {
	all = await startTenants({
		tenants: 0,
		options: { accounts: [OWN, A, B] },
		before: () => {
			arrived();
			return undefined;
		},
	});
	accounts = accountSessions({ role: "orders" });
});
beforeEach(() => {
	all.seen.splice(0);
	arrived = () => undefined;
});
afterAll(() => all[Symbol.asyncDispose]());

const as = <Result>(account: string, fn: () => Result): Result => runInAwsScope(accounts(account), fn);
const seen = (): string => tryCurrentAwsScope()?.account ?? "none";
const orderOf = (account: string) => ({ id: account, note: meantFor(account) });

/** Resolves when the server has seen so many requests; they are in `all.seen`. */
function requests(count: number): Promise<void> {
	const { opened, open } = gate();
	arrived = () => {
		if (all.seen.length >= count) open();
	};
	return opened;
}

/** Starts work in A's scope that calls back later, and lets it happen in B's. */
async function startedInA(start: (done: () => void, released: Promise<void>) => void): Promise<string> {
	const { opened, open } = gate();
	const found = new Promise<string>((resolve) => as(A, () => start(() => resolve(seen()), opened)));
	await as(B, async () => {
		open();
		await turn();
	});
	return found;
}

describe("keeps its scope by itself:", () => {
	const emitter = new EventEmitter();
	const later = (released: Promise<void>) => released.then(() => void emitter.emit("it", 1));
	test.each<[string, (done: () => void, released: Promise<void>) => void]>([
		[
			"what follows an await",
			async (done, released) => {
				await released;
				done();
			},
		],
		["then() of a promise that another tenant settles", (done, released) => void released.then(done)],
		["a timeout", (done) => void setTimeout(done, 1)],
		["an immediate", (done) => void setImmediate(done)],
		["a microtask", (done) => queueMicrotask(done)],
		["a tick", (done) => process.nextTick(done)],
		["a callback of Node's own modules", (done) => stat("/", done)],
		[
			"an awaited event",
			async (done, released) => {
				void later(released);
				await once(emitter, "it");
				done();
			},
		],
		[
			"a loop over events",
			async (done, released) => {
				void later(released);
				for await (const _ of on(emitter, "it")) return done();
			},
		],
		[
			"an interval",
			(done) => {
				const interval = setInterval(() => {
					clearInterval(interval);
					done();
				}, 1);
			},
		],
	])("%s", async (_, start) => {
		expect(await startedInA(start)).toBe(A);
	});
});

describe("a listener", () => {
	test("runs in the scope of whoever emits, or in none", async () => {
		const emitter = new EventEmitter();
		const found: string[] = [];
		as(A, () => emitter.on("it", () => found.push(seen())));
		as(B, () => emitter.emit("it"));
		emitter.emit("it");
		expect(found).toEqual([B, "none"]);
		as(A, () => emitter.on("refused", () => clients.dynamodb()));
		expect(await failure(() => emitter.emit("refused"))).toMatchObject({ code: "LOST_SCOPE" });
	});

	test("keeps its scope when it is bound, run in a snapshot, or replaced by an awaited event", async () => {
		const payments = new EventEmitter();
		as(A, () => {
			saveWhenPaid(payments, orderOf(A));
			saveAll(payments);
			void savePaid(payments, orderOf(A));
		});
		const four = requests(4);
		as(B, () => {
			payments.emit("paid");
			payments.emit("order", orderOf(A));
			payments.emit("correction", orderOf(A));
		});
		await four;
		expect(all.seen.map(({ account }) => account)).toEqual([A, A, A, A]);
		expect(all.wrong()).toEqual([]);
	});

	test("of an EventEmitterAsyncResource runs in the scope in which the emitter was made", () => {
		const emitter = as(A, () => new EventEmitterAsyncResource({ name: "orders" }));
		const found: string[] = [];
		as(B, () => emitter.on("it", () => found.push(seen())));
		as(B, () => emitter.emit("it"));
		expect(found).toEqual([A]);
	});
});

describe("a loader that batches", () => {
	test("and serves all tenants asks for the keys of one as another", async () => {
		const shared = new DataLoader(async (keys: readonly string[]) => keys.map((key) => `${key} as ${seen()}`));
		expect(await Promise.all([as(A, () => shared.load("a")), as(B, () => shared.load("b"))])).toEqual([
			`a as ${A}`,
			`b as ${A}`,
		]);
		// Its cache knows no tenants either.
		expect(await as(B, () => shared.load("a"))).toBe(`a as ${A}`);
	});

	test("and is kept for each session asks as its own tenant, in one request", async () => {
		const load = (account: string) =>
			as(account, () =>
				Promise.all([orders().load(`${meantFor(account)}-1`), orders().load(`${meantFor(account)}-2`)]),
			);
		await Promise.all([load(A), load(B)]);
		expect(all.seen.map(({ action, account }) => `${action} ${account}`).sort()).toEqual([
			`BatchGetItem ${A}`,
			`BatchGetItem ${B}`,
		]);
		expect(all.wrong()).toEqual([]);
		expect(as(A, orders)).toBe(as(A, orders));
		expect(await failure(() => orders())).toMatchObject({ code: "NO_SCOPE" });
	});
});

describe("a queue", () => {
	test("runs a waiting task in the scope of the one that made room", async () => {
		const queue = new PQueue({ concurrency: 1 });
		const room = gate();
		const ofA = as(A, () => queue.add(() => room.opened.then(seen)));
		const ofB = as(B, () => queue.add(async () => seen()));
		room.open();
		expect([await ofA, await ofB]).toEqual([A, A]);
	});

	test("runs a bound task in its own scope", async () => {
		const tenants = [A, B, A, B, B, A];
		await Promise.all(tenants.map((account) => as(account, () => saveQueued(orderOf(account)))));
		expect(all.seen.map(({ account }) => account).sort()).toEqual([...tenants].sort());
		expect(all.wrong()).toEqual([]);
	});
});

describe("a promise of a library that has a scheduler of its own", () => {
	/** Calls everybody's callbacks in one go, as Bluebird does; where that runs is up to whoever came first. */
	const waiting: (() => void)[] = [];
	const theirs = (): PromiseLike<string> => ({
		// biome-ignore lint/suspicious/noThenProperty: a promise that is not Node's.
		then: (fulfilled) => {
			if (waiting.push(() => fulfilled?.("done" as never)) === 1) {
				setImmediate(() => {
					for (const each of waiting.splice(0)) each();
				});
			}
			return undefined as never;
		},
	});

	test("calls back in the scope of whoever came first", async () => {
		const found = await Promise.all(
			[A, B].map((id) => as(id, () => new Promise((resolve) => void theirs().then(() => resolve(seen()))))),
		);
		expect(found).toEqual([A, A]);
	});

	test("keeps the scope when it is awaited or wrapped", async () => {
		const found = await Promise.all([
			...[A, B].map((id) =>
				as(id, async () => {
					await theirs();
					return seen();
				}),
			),
			...[A, B].map((id) => as(id, () => Promise.resolve(theirs()).then(seen))),
		]);
		expect(found).toEqual([A, B, A, B]);
	});
});

describe("a worker thread", () => {
	const root = fileURLToPath(new URL("../../", import.meta.url));
	const open = () =>
		new Worker(`${root}examples/background-worker.ts`, {
			execArgv: ["--import", `${root}scripts/ts.mjs`, "--import", `${root}test/examples/from-source.mjs`],
		});

	test("acts for each tenant that it is told, and is told no secret", async () => {
		const worker = open();
		const told: unknown[] = [];
		const post = worker.postMessage.bind(worker);
		worker.postMessage = (message: unknown) => {
			told.push(message);
			post(message);
		};
		try {
			all.aws.resetCounts();
			for (const account of [A, B, A]) {
				as(account, () => saveInWorker(worker, orderOf(account)));
				expect(await once(worker, "message")).toEqual([{ saved: account }]);
			}
		} finally {
			await worker.terminate();
		}
		expect(all.seen.map(({ account }) => account)).toEqual([A, B, A]);
		expect(all.wrong()).toEqual([]);
		expect(told[0]).toEqual({ account: A, region: undefined, order: orderOf(A) });
		// Its sessions are its own: two calls to STS for two tenants, whatever this thread holds.
		expect(all.aws.stats().assumeRole.total).toBe(2);
	});

	test("cannot be handed a session by mistake", async () => {
		const worker = open();
		try {
			const error = await failure(() => worker.postMessage({ session: accounts(A) }));
			expect(error.name).toBe("DataCloneError");
		} finally {
			await worker.terminate();
		}
	});

	test("calls back in the scope of whoever made it; a bound callback, or an awaited one, in its own", async () => {
		const worker = as(B, open);
		try {
			const listener = new Promise<string>((resolve) => as(A, () => worker.once("message", () => resolve(seen()))));
			const bound = new Promise<string>((resolve) =>
				as(A, () =>
					worker.once(
						"message",
						AsyncResource.bind(() => resolve(seen())),
					),
				),
			);
			const awaited = as(A, async () => {
				await once(worker, "message");
				return seen();
			});
			as(A, () => saveInWorker(worker, orderOf(A)));
			expect([await listener, await bound, await awaited]).toEqual([B, A, A]);
		} finally {
			await worker.terminate();
		}
	});
});
