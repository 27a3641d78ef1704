/** A request that waits long for a socket is told of: by an event and by one warning, until nobody waits any more. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Agent } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { systemClock, useClock } from "../../src/home/clock.js";
import { clients, runInAwsScope, stats } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const [A, B] = [tenant(0), tenant(1)];

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2, handlers: { s3: () => ({ body: "text".repeat(1_000_000) }) } });
});
afterAll(() => all[Symbol.asyncDispose]());

/** The timers of waits for a socket, which fire when a test says so. */
let timers: Set<{ milliseconds: number; fire: () => void }>;
let told: unknown[];
const warnings = vi.fn();
let restore: () => void;
const note = (message: unknown) => void told.push(message);
beforeEach(() => {
	[timers, told] = [new Set(), []];
	warnings.mockReset();
	vi.spyOn(process, "emitWarning").mockImplementation(warnings);
	restore = useClock({
		...systemClock,
		after(milliseconds, fire) {
			const timer = { milliseconds, fire };
			timers.add(timer);
			return () => void timers.delete(timer);
		},
	});
	subscribe("aws-scope:transport:waiting", note);
});
afterEach(async () => {
	unsubscribe("aws-scope:transport:waiting", note);
	restore();
	vi.restoreAllMocks();
	await resetAwsScope();
});

const waits = (milliseconds = 5_000) => [...timers].filter((timer) => timer.milliseconds === milliseconds);
const fire = (milliseconds?: number) => {
	for (const timer of waits(milliseconds)) {
		timers.delete(timer);
		timer.fire();
	}
};
const few = { httpAgent: { maxSockets: 3 } };

interface Body {
	destroy(): void;
}

/** Takes a body and does not read it. */
const unread = (requestHandler: object = few, account = A) =>
	runInAwsScope({ account, accounts: all.accounts }, async () => {
		const s3 = clients.s3({ maxAttempts: 1, forcePathStyle: true, requestHandler });
		return (await s3.getObject({ Bucket: "bucket", Key: "key" })).Body as unknown as Body;
	});
const list = (requestHandler: object = few, abortSignal?: AbortSignal) =>
	runInAwsScope({ account: B, accounts: all.accounts }, () =>
		clients.dynamodb({ maxAttempts: 1, requestHandler }).listTables({}, { ...(abortSignal && { abortSignal }) }),
	);
/** A's unread bodies take every socket; B's credentials are there. */
async function exhausted(): Promise<Body[]> {
	await list();
	return await Promise.all([unread(), unread(), unread()]);
}

describe("a tenant that leaves bodies unread", () => {
	test("lets the requests of another wait, and after 5 s an event and one warning say so", async () => {
		const bodies = await exhausted();
		const answers = [list(), list()];
		await eventually(() => expect(waits()).toHaveLength(2));
		expect(told).toEqual([]);
		fire();
		const origin = all.aws.endpoint;
		expect(told).toEqual([{ origin, milliseconds: 5_000, busySockets: 3, queuedRequests: 2 }]);
		expect(warnings.mock.calls).toEqual([
			[
				expect.stringMatching(`A request to ${origin} has waited 5 s for a socket.*body.*requestHandler`),
				expect.objectContaining({ code: "SOCKET_WAIT" }),
			],
		]);
		for (const body of bodies) body.destroy();
		expect((await Promise.all(answers)).map(({ TableNames }) => TableNames)).toEqual([[B], [B]]);
	});

	test("is told of again when it happens again, and not before", async () => {
		for (const turn of [1, 2]) {
			const bodies = await exhausted();
			const first = list();
			await eventually(() => expect(waits()).toHaveLength(1));
			fire();
			const second = list();
			await eventually(() => expect(waits()).toHaveLength(1));
			fire();
			expect(told).toHaveLength(turn);
			expect(warnings).toHaveBeenCalledTimes(turn);
			for (const body of bodies) body.destroy();
			await Promise.all([first, second]);
		}
	});

	test("does not trouble those who have a pool of their own", async () => {
		const bodies = await exhausted();
		expect((await list({ httpAgent: { maxSockets: 4 } })).TableNames).toEqual([B]);
		expect(waits()).toEqual([]);
		for (const body of bodies) body.destroy();
	});
});

test("no timer outlives the wait, whether it ends with a socket or with an abort", async () => {
	const bodies = await exhausted();
	const stop = new AbortController();
	const [served, stopped] = [list(), failure(list(few, stop.signal))];
	await eventually(() => expect(waits()).toHaveLength(2));
	stop.abort();
	expect((await stopped).name).toBe("AbortError");
	expect(waits()).toHaveLength(1);
	for (const body of bodies) body.destroy();
	await served;
	expect(waits()).toEqual([]);
	expect(stats()).toMatchObject({ queuedRequests: 0 });
	expect(told).toEqual([]);
});

test("requests that need not wait start no timer", async () => {
	await Promise.all([list(), list(), list()]);
	expect(waits()).toEqual([]);
});

describe("the SDK's own warning", () => {
	const log: unknown[] = [];
	const logger = { warn: (text: unknown) => void log.push(text) } as unknown as Console;
	beforeEach(() => {
		log.length = 0;
		// The SDK's timers; `eventually` looks at its own.
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	});
	afterEach(() => void vi.useRealTimers());

	test("is not given as well, and its option says when ours is", async () => {
		const mine = { ...few, socketAcquisitionWarningTimeout: 25, logger };
		await list(mine);
		const bodies = await Promise.all([unread(mine), unread(mine), unread(mine)]);
		const answers = Array.from({ length: 6 }, () => list(mine));
		await eventually(() => expect(waits(25)).toHaveLength(6));
		vi.advanceTimersByTime(3_600_000);
		fire(25);
		expect(told).toMatchObject([{ milliseconds: 25, queuedRequests: 6 }]);
		expect(log).toEqual([]);
		for (const body of bodies) body.destroy();
		await Promise.all(answers);
	});

	test("is left to an agent that the user made", async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 3 });
		const mine = { httpAgent: agent, socketAcquisitionWarningTimeout: 25, logger };
		await list(mine);
		const bodies = await Promise.all([unread(mine), unread(mine), unread(mine)]);
		const answers = Array.from({ length: 6 }, () => list(mine));
		await eventually(() => expect(stats().queuedRequests).toBe(6));
		vi.advanceTimersByTime(25);
		expect(log).toEqual([expect.stringContaining("socket usage at capacity=3")]);
		expect(told).toEqual([]);
		for (const body of bodies) body.destroy();
		await Promise.all(answers);
		agent.destroy();
	});
});
