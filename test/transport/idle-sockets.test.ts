/** A socket that was idle for longer than 20 s is never taken up, however busy the process is; one that rests stands in nobody's way. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { systemClock, useClock } from "../../src/home/clock.js";
import { clients, runInAwsScope, stats } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { barrier, eventually, gate } from "../helpers/barrier.js";
import { startNat } from "../helpers/nat.js";

const A = tenant(0);

let all: TenantAws;
let arrive: () => Promise<unknown> = async () => undefined;
beforeAll(async () => {
	all = await startTenants({ tenants: 1, before: ({ service }) => (service === "dynamodb" ? arrive() : undefined) });
});
afterAll(() => all[Symbol.asyncDispose]());

let time: { wall: number; monotonic: number };
let restore: () => void;
beforeEach(() => {
	const start = systemClock.wall();
	time = { wall: 0, monotonic: 0 };
	restore = useClock({
		...systemClock,
		wall: () => start + time.wall,
		monotonic: () => time.monotonic,
	});
});
afterEach(async () => {
	await resetAwsScope();
	restore();
});

/** Moves the clocks, or one of them while the other stands still. */
const pass = (milliseconds: number, which: "both" | "wall" | "monotonic" = "both"): void => {
	if (which !== "monotonic") time.wall += milliseconds;
	if (which !== "wall") time.monotonic += milliseconds;
};

interface Options {
	readonly endpoint?: string;
	readonly requestHandler?: { readonly httpAgent: object };
}

const request = (options: Options = {}) =>
	runInAwsScope({ account: A, accounts: all.accounts }, () =>
		clients.dynamodb({ maxAttempts: 1, ...options }).listTables({}),
	);

/** So many requests at once, each on a socket of its own. */
async function burst(count: number, options?: Options): Promise<void> {
	arrive = barrier(count);
	await Promise.all(Array.from({ length: count }, () => request(options)));
	arrive = async () => undefined;
}

describe.each(["lifo", "fifo"])("in a process that is never quiet (%s)", (scheduling) => {
	const requestHandler = { httpAgent: { scheduling } };

	test("the sockets that a burst left are not taken up after 20 s", async () => {
		await using nat = await startNat(all.aws.port, () => time.wall, 20_000);
		await burst(4, { endpoint: nat.endpoint, requestHandler });
		expect(nat.opened()).toBe(4);
		for (let turn = 0; turn < 50; turn += 1) {
			pass(500);
			// Another origin keeps the process busy.
			await request({ requestHandler });
		}
		await burst(4, { endpoint: nat.endpoint, requestHandler });
		expect(nat.cut()).toBe(0);
		expect(nat.opened()).toBe(8);
	});

	test("those that are used stay, the others are ended by the requests of any origin", async () => {
		await using nat = await startNat(all.aws.port);
		await burst(4, { endpoint: nat.endpoint, requestHandler });
		for (let turn = 0; turn < 41; turn += 1) {
			pass(500);
			await request({ requestHandler });
			if (scheduling === "lifo") await request({ endpoint: nat.endpoint, requestHandler });
		}
		const kept = scheduling === "lifo" ? 1 : 0;
		await eventually(() => expect(nat.open()).toBe(kept));
		// STS's, which is another transport, the other origin's, and what was kept.
		expect(stats().freeSockets).toBe(2 + kept);
	});
});

test("sockets of different ages are ended one after the other, each when it is 20 s old", async () => {
	await using first = await startNat(all.aws.port);
	await using second = await startNat(all.aws.port);
	const open = () => [first, second].map((nat) => nat.open());
	await request({ endpoint: first.endpoint });
	pass(10_000);
	await request({ endpoint: second.endpoint });
	pass(10_001);
	await request();
	await eventually(() => expect(open()).toEqual([0, 1]));
	pass(10_000);
	await request();
	await eventually(() => expect(open()).toEqual([0, 0]));
});

test.each(["both", "wall", "monotonic"] as const)("age is told by %s", async (which) => {
	await using nat = await startNat(all.aws.port);
	await burst(3, { endpoint: nat.endpoint });
	pass(20_000, which);
	await burst(3, { endpoint: nat.endpoint });
	expect(nat.opened()).toBe(3);
	pass(20_001, which);
	await burst(3, { endpoint: nat.endpoint });
	expect(nat.opened()).toBe(6);
});

describe("sockets that rest at other origins, at the bound of all sockets,", () => {
	test("let a new origin have its own; the one that rested for longest gives way", async () => {
		const requestHandler = { httpAgent: { maxTotalSockets: 2 } };
		await using first = await startNat(all.aws.port);
		await using second = await startNat(all.aws.port);
		await using third = await startNat(all.aws.port);
		for (const { endpoint } of [first, second, third]) {
			await request({ endpoint, requestHandler });
			pass(100);
		}
		await eventually(() => expect([first, second, third].map((nat) => nat.open())).toEqual([0, 1, 1]));
		await request({ endpoint: second.endpoint, requestHandler });
		expect(second.opened()).toBe(1);
	});

	test("let several new origins have theirs at once", async () => {
		const requestHandler = { httpAgent: { maxTotalSockets: 2 } };
		await using first = await startNat(all.aws.port);
		await using second = await startNat(all.aws.port);
		await using third = await startNat(all.aws.port);
		await using fourth = await startNat(all.aws.port);
		for (const { endpoint } of [first, second]) await request({ endpoint, requestHandler });
		// Neither is answered before both are there.
		arrive = barrier(2);
		await Promise.all([third, fourth].map(({ endpoint }) => request({ endpoint, requestHandler })));
	});

	test("stay where the origin that waits has as many as it may", async () => {
		const requestHandler = { httpAgent: { maxSockets: 1, maxTotalSockets: 2 } };
		await using nat = await startNat(all.aws.port);
		await request({ endpoint: nat.endpoint, requestHandler });
		const held = gate();
		arrive = () => held.opened;
		const answers = [request({ requestHandler }), request({ requestHandler })];
		await eventually(() => expect(stats()).toMatchObject({ busySockets: 1, queuedRequests: 1 }));
		held.open();
		await Promise.all(answers);
		await request({ endpoint: nat.endpoint, requestHandler });
		expect(nat.opened()).toBe(1);
	});
});
