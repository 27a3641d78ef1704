/** STS is down, slow or throttling while its sessions are under load: nobody notices before their credentials expire. */

import { expect, test } from "vitest";
import type { LocalFault } from "../../local-aws/index.js";
import { home } from "../../src/home/home.js";
import { type AwsSession, assumeRole } from "../../src/index.js";
import { CallLimiter } from "../../src/session/call-limiter.js";
import { failure } from "../helpers/pool.js";
import { scale } from "../helpers/scale.js";
import { settle } from "../helpers/time.js";
import { roleArn, startWorld, type World } from "../session/world.js";

const SESSIONS = scale(4, 20);
/** Credentials of 60 s: the advisory window begins 20 to 25 s before expiry, the mandatory one at 4 s. */
const LIFETIME = 60;

interface Outcome {
	/** Seconds after the first credentials, by AWS's clock. */
	readonly at: number;
	readonly error?: unknown;
}

/** So many requests of each session per second. */
async function load(
	{ sessions, request, time }: World,
	{ seconds, rate }: { readonly seconds: number; readonly rate: number },
	outcomes: Promise<Outcome>[],
	start: number,
) {
	for (let tick = 0; tick < seconds * rate; tick += 1) {
		const at = (time.aws() - start) / 1_000;
		const requests = sessions.map((session) =>
			request(session).then(
				() => ({ at }),
				(error: unknown) => ({ at, error }),
			),
		);
		outcomes.push(...requests);
		let done = false;
		void Promise.all(requests).then(() => {
			done = true;
		});
		// In the mandatory window a request waits up to 2 s, so time must not wait for it.
		for (let turns = 0; !done && turns < 20; turns += 1) await settle();
		await time.advance(1_000 / rate);
	}
}

const outages: readonly [name: string, fault: LocalFault, most: number, rate: number][] = [
	["answers 503", { kind: "error", service: "sts", status: 503, code: "ServiceUnavailable" }, 8, scale(2, 10)],
	["throttles", { kind: "throttle", service: "sts" }, 6, scale(2, 4)],
	["drops connections", { kind: "drop", service: "sts" }, 8, scale(2, 4)],
	["hangs", { kind: "hang", service: "sts" }, 6, scale(2, 4)],
];

test.each(outages)(
	"STS %s between the advisory window and the expiry: no request fails",
	async (name, fault, most, rate) => {
		await using world = await startWorld(SESSIONS, { credentialLifetime: { overrideSeconds: LIFETIME } });
		const { aws, calls, time, sessions, request } = world;
		await Promise.all(sessions.map(request));
		const start = time.aws();
		await time.advance(35_000);
		aws.resetCounts();
		calls.length = 0;
		const outage = aws.fail(fault);
		const outcomes: Promise<Outcome>[] = [];
		await load(world, { seconds: 23.5, rate }, outcomes, start);
		const { assumeRole } = aws.stats();
		const down = calls.map(({ time: at }) => (at - start) / 1_000);
		// STS is back just before the expiry; some sessions have tried a moment ago and wait for their next attempt.
		outage[Symbol.dispose]();
		aws.resetCounts();
		await load(world, { seconds: 7, rate }, outcomes, start);
		for (let n = 0; n < 20; n += 1) await time.advance(100);
		const all = await Promise.all(outcomes);
		const failed = all.filter(({ error }) => error !== undefined);
		expect(failed.filter(({ at }) => at < LIFETIME - 1)).toEqual([]);
		// Recovery takes one step of the back-off, which is 5 s at most once there is nothing valid left.
		expect(failed.filter(({ at }) => at > 58.5 + 5)).toEqual([]);
		expect(aws.stats().assumeRole.succeeded).toBe(SESSIONS);
		expect(Object.keys(assumeRole.byRole)).toHaveLength(SESSIONS);
		expect(Math.max(...Object.values(assumeRole.maxInFlightByRole))).toBe(1);
		const attempts = Object.values(assumeRole.byRole);
		expect(Math.max(...attempts)).toBeLessThanOrEqual(most);
		const early = down.filter((at) => at < 47).length;
		// An attempt that hangs takes its 5 s, which outweigh the first steps of the back-off.
		if (fault.kind !== "hang") expect(down.length - early).toBeLessThan(early);
		console.log(
			`STS ${name}: ${all.filter(({ at }) => at < 58.5).length} requests in 23.5 s of outage, 0 failed; attempts per session ${Math.min(...attempts)}–${Math.max(...attempts)} (${early} in the first half, ${down.length - early} in the second), at most ${assumeRole.maxInFlight} at once; after it ${failed.length} failed, the last after ${Math.max(0, ...failed.map(({ at }) => at - 58.5)).toFixed(1)} s`,
		);
	},
);

const kinds: readonly [name: string, fault: LocalFault, says: RegExp][] = [
	["answers 503", { kind: "error", status: 503, code: "ServiceUnavailable" }, /^ServiceUnavailable$/],
	["throttles", { kind: "throttle" }, /^Throttling/],
	["drops connections", { kind: "drop" }, /^(Error|TimeoutError)$/],
	["hangs", { kind: "hang" }, /^TimeoutError$/],
];
/** When STS is back for each of the roles that a kind of outage meets, in seconds; at 0 it was never gone. */
const BACK = scale([200, Number.POSITIVE_INFINITY], [0, 200, 215, 230, Number.POSITIVE_INFINITY]);
const ROLES = kinds.length * BACK.length;

test(`four kinds of outage at once for ${ROLES} roles: whose own calls succeed renews before its expiry`, async () => {
	const lifetime = 300;
	await using world = await startWorld(ROLES, { credentialLifetime: { overrideSeconds: lifetime } });
	const { aws, time, sessions, request, calls } = world;
	await Promise.all(sessions.map(request));
	const start = time.aws();
	await time.advance(170_000);
	calls.length = 0;
	for (const [k, [, fault]] of kinds.entries()) {
		for (const [n, back] of BACK.entries()) {
			const match = () => time.aws() - start < back * 1_000;
			aws.fail({ ...fault, service: "sts", roleArn: roleArn(k * BACK.length + n), match });
		}
	}
	const outcomes: Promise<Outcome>[] = [];
	await load(world, { seconds: 165, rate: scale(0.5, 1) }, outcomes, start);
	for (let n = 0; n < 20; n += 1) await time.advance(1_000);
	const all = await Promise.all(outcomes);
	const renewals = calls.filter(({ status }) => status === 200);
	for (const [k, [name, , says]] of kinds.entries()) {
		for (const [n, back] of BACK.entries()) {
			const role = k * BACK.length + n;
			const what = `STS ${name} until ${back} s`;
			const own = all.filter((_, i) => i % ROLES === role);
			const failed = own.filter(({ error }) => error !== undefined);
			const renewed = renewals
				.filter((call) => call.roleArn === roleArn(role))
				.map((call) => (call.time - start) / 1_000);
			if (back < lifetime) {
				expect(renewed[0], what).toBeLessThan(lifetime);
				expect(failed, what).toEqual([]);
				continue;
			}
			expect(renewed, what).toEqual([]);
			expect(failed.length, what).toBeGreaterThan(0);
			expect(Math.min(...failed.map(({ at }) => at)), what).toBeGreaterThan(lifetime - 10);
			for (const { error } of failed) expect(((error as Error).cause as Error).name, what).toMatch(says);
		}
	}
	const last = Math.max(...renewals.map((call) => (call.time - start) / 1_000));
	console.log(
		`Four outages at once: ${renewals.length} renewals in ${calls.length} calls, the last ${(lifetime - last).toFixed(0)} s before its expiry`,
	);
});

test("after a burst of throttled calls, a role whose call hangs holds up nobody", async () => {
	await using world = await startWorld(7);
	const { aws, calls, sessions } = world;
	for (let n = 0; n < 5; n += 1) aws.fail({ kind: "throttle", service: "sts", roleArn: roleArn(n) });
	aws.fail({ kind: "hang", service: "sts", roleArn: roleArn(5) });
	for (let n = 0; n < 5; n += 1) sessions[n]?.credentials().catch(() => undefined);
	await settle(() => calls.length < 5);
	sessions[5]?.credentials().catch(() => undefined);
	await settle(() => aws.stats().assumeRole.inFlight < 1);
	// Time stands still, so the call that hangs has not ended.
	await sessions[6]?.credentials();
	expect(aws.stats().assumeRole.inFlight).toBe(1);
});

test("an STS endpoint that hangs holds up no call to another one", async () => {
	await using world = await startWorld(20);
	const { aws, sessions } = world;
	aws.fail({ kind: "hang", service: "sts", match: ({ roleArn: role }) => role !== roleArn(0) });
	for (const session of sessions.slice(1)) session.credentials().catch(() => undefined);
	await settle(() => aws.stats().assumeRole.inFlight < 16);
	const stsEndpoint = aws.endpoint.replace("127.0.0.1", "localhost");
	// Time stands still, so the calls that hang have not ended.
	await assumeRole({ roleArn: roleArn(0), stsEndpoint }).credentials();
	expect(aws.stats().assumeRole.inFlight).toBe(16);
});

test("an attempt that waits for its turn in vain tells what STS said before, and makes no call", async () => {
	await using world = await startWorld(5, {}, { hurry: true });
	home.slots.set("sts-endpoints", new Map([["us-east-1 ", { limiter: new CallLimiter(1), idle: [] }]]));
	const { aws, time, sessions } = world;
	const [asked, neverAsked, ...hanging] = sessions as [AwsSession, AwsSession, ...AwsSession[]];
	const outage = aws.fail({ kind: "error", service: "sts", status: 503, code: "ServiceUnavailable" });
	await failure(asked.credentials());
	outage[Symbol.dispose]();
	aws.fail({ kind: "hang", service: "sts" });
	await time.advance(5_000);
	aws.resetCounts();
	for (const session of hanging) session.credentials().catch(() => undefined);
	await settle(() => aws.stats().assumeRole.inFlight < 1);
	const waiting = [failure(asked.credentials()), failure(neverAsked.credentials())];
	for (let n = 0; n < 10; n += 1) {
		await time.advance(1_000);
		for (let turns = 0; turns < 5; turns += 1) await settle();
	}
	const [first, second] = await Promise.all(waiting);
	expect(first).toMatchObject({ code: "ASSUME_ROLE_FAILED", cause: { name: "ServiceUnavailable" } });
	expect(second).toMatchObject({
		code: "ASSUME_ROLE_FAILED",
		cause: { message: expect.stringContaining("too long for its turn") },
	});
	const { byRole } = aws.stats().assumeRole;
	expect([byRole[roleArn(0)], byRole[roleArn(1)]]).toEqual([undefined, undefined]);
});

test("at expiry with STS still down the error says whose, why and when again, and recovery takes one step", async () => {
	await using world = await startWorld(1, {}, { hurry: true });
	const { aws, calls, time, sessions, request } = world;
	const session = sessions[0] as World["sessions"][number];
	await request(session);
	await time.advance(3_580_000);
	const outage = aws.fail({ kind: "error", service: "sts", status: 503, code: "ServiceUnavailable", message: "Down" });
	await request(session);
	await time.advance(21_000);
	const error = await failure(request(session));
	expect(error).toMatchObject({
		name: "AssumeRoleError",
		code: "ASSUME_ROLE_FAILED",
		cause: { name: "ServiceUnavailable" },
	});
	expect(error.message).toContain("Session tenant-0");
	expect(error.message).toContain(roleArn(0));
	expect(error.message).toContain("Down");
	const next = Date.parse(/next attempt is at (\S+?)\.$/.exec(error.message)?.[1] ?? "");
	expect(next).toBeGreaterThan(Date.now() - 2_000);
	expect(next).toBeLessThanOrEqual(Date.now() + 5_000);
	// Until then it fails at once, without a call.
	const before = calls.length;
	outage[Symbol.dispose]();
	if (next > Date.now()) expect((await failure(request(session))).message).toContain("next attempt");
	expect(calls.length).toBe(before);
	await time.advance(Math.max(0, next - Date.now()));
	expect(await request(session)).toBe(session.account);
	expect(calls.length).toBe(before + 1);
});
