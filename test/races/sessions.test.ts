/** Many sessions and many callers at once: one AssumeRole each, no request with the wrong key, nobody harmed by a neighbor. */

import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { home } from "../../src/home/home.js";
import { type AwsSession, assumeRole } from "../../src/index.js";
import { CallLimiter } from "../../src/session/call-limiter.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { prng, runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { HOUR, settle } from "../helpers/time.js";
import { account, roleArn, startWorld, type World } from "../session/world.js";

const each = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** How many callers a session has whose key is no longer taken, and how often some call while keys rotate. */
const [CALLERS, ROUNDS] = scale([8, 20], [64, 60]);
const [SESSIONS, REVOKED] = scale([20, 10], [50, 20]);
const DENIED = scale(125, 500);
/** Requests of each session at once, before its key expires and after. */
const [BEFORE, AFTER] = scale([2, 4], [4, 10]);

/** Requests of each session at once; gives how many were answered by the right account. */
async function burst({ sessions, request }: World, perSession: number): Promise<number> {
	const answers = await Promise.all(
		sessions.flatMap((session) => each(perSession, async () => (await request(session)) === session.account)),
	);
	return answers.filter(Boolean).length;
}

test(`${SESSIONS} sessions that expire at the same moment under load cost ${SESSIONS} STS calls`, async () => {
	await using world = await startWorld(SESSIONS);
	expect(await burst(world, BEFORE)).toBe(SESSIONS * BEFORE);
	expect(world.aws.stats().assumeRole.total).toBe(SESSIONS);
	await world.time.advance(HOUR);
	world.aws.resetCounts();
	expect(await burst(world, AFTER)).toBe(SESSIONS * AFTER);
	expect(world.aws.stats().assumeRole).toMatchObject({ total: SESSIONS, succeeded: SESSIONS });
	expect(world.aws.stats().errors).toEqual({});
});

test("the first 64 callers of a session wait for one STS call; 63 leave, one is answered, no listener stays", async () => {
	await using world = await startWorld(1);
	const session = world.sessions[0] as AwsSession;
	const held = gate();
	using _ = world.aws.fail({ kind: "delay", service: "sts", until: held.opened });
	const controllers = each(63, () => new AbortController());
	const leaving = controllers.map(({ signal }) => failure(session.credentials({ signal })));
	const staying = session.credentials();
	await settle(() => world.aws.stats().assumeRole.inFlight === 0);
	for (const controller of controllers) controller.abort();
	expect(new Set((await Promise.all(leaving)).map(({ name }) => name))).toEqual(new Set(["AbortError"]));
	held.open();
	expect((await staying).accountId).toBe(session.account);
	expect(world.aws.stats().assumeRole.total).toBe(1);
	for (const { signal } of controllers) expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test.each(["expired", "invalid"] as const)(
	`${REVOKED} sessions × ${CALLERS} requests whose key AWS has just made %s: all succeed, ${REVOKED} STS calls`,
	async (as) => {
		await using world = await startWorld(REVOKED);
		expect(await burst(world, 1)).toBe(REVOKED);
		await world.time.advance(60_000);
		expect(world.aws.revoke(({ roleArn: arn }) => arn !== undefined, as)).toBe(REVOKED);
		world.aws.resetCounts();
		expect(await burst(world, CALLERS)).toBe(REVOKED * CALLERS);
		const { assumeRole: calls, errors } = world.aws.stats();
		expect(calls).toMatchObject({ total: REVOKED, succeeded: REVOKED });
		console.log(
			`Revoked as ${as}: ${REVOKED * CALLERS} requests succeeded, ${REVOKED} STS calls, refused on the way:`,
			errors,
		);
	},
);

test.each([
	["AuthFailure", 401],
	["ExpiredToken", 400],
	["ExpiredTokenException", 400],
	["InvalidAccessKeyId", 403],
	["InvalidClientTokenId", 403],
	["InvalidToken", 400],
	["RequestExpired", 400],
	["UnrecognizedClientException", 400],
])("a key that is refused with %s is replaced, and the request signed again", async (code, status) => {
	await using world = await startWorld(1);
	const [session] = world.sessions as [AwsSession];
	await world.request(session);
	await world.time.advance(60_000);
	world.aws.fail({ kind: "error", service: "dynamodb", status, code, times: 1 });
	expect(await world.request(session)).toBe(session.account);
	expect(world.aws.stats().assumeRole.total).toBe(2);
});

test("a region that refuses a good key costs a session one forced refresh in half a minute, and not its credentials", async () => {
	await using world = await startWorld(1);
	const session = world.sessions[0] as AwsSession;
	await world.request(session);
	await world.time.advance(60_000);
	const opaque = world.aws.fail({
		kind: "error",
		service: "dynamodb",
		status: 400,
		code: "UnrecognizedClientException",
	});
	world.aws.resetCounts();
	for (let n = 0; n < 50; n += 1) {
		expect(await failure(world.request(session))).toMatchObject({ name: "UnrecognizedClientException" });
		await world.time.advance(500);
	}
	expect(world.aws.stats().assumeRole.total).toBe(1);
	opaque[Symbol.dispose]();
	expect(await world.request(session)).toBe(session.account);
});

test("credentials that rotate all the time under load are never mixed", async () => {
	const seed = runSeed();
	const random = prng(seed);
	await using world = await startWorld(8, { credentialLifetime: { overrideSeconds: 4 } }, { seed });
	const { aws, time, request, sessions } = world;
	const keys = new Set<string>();
	aws.onRequest(({ service, accessKeyId = "" }) => {
		if (service === "dynamodb") keys.add(accessKeyId);
	});
	const parts = new Map<string, string>();
	let answered = 0;
	let moved = 0;
	const one = async (step: number): Promise<void> => {
		const session = sessions[Math.floor(random() * sessions.length)] as AwsSession;
		// A wrong mixture would be refused: the server computes every signature again.
		if ((await request(session)) === session.account) answered += 1;
		const { accessKeyId, secretAccessKey, sessionToken } = await session.credentials();
		const whole = `${secretAccessKey} ${sessionToken}`;
		expect(parts.get(accessKeyId) ?? whole).toBe(whole);
		parts.set(accessKeyId, whole);
		if (step === 0) return;
		moved += 1;
		await time.advance(step);
	};
	// Time moves by less than 3 s, and so less than a key lives, while a round's requests are on their way, however slow the machine is: a key
	// may expire under a request, which is then signed again, but its successor may not.
	for (let round = 0; round < ROUNDS; round += 1) {
		await Promise.all(each(20, (n) => one(n % 3 === 0 ? 100 + random() * 300 : 0)));
	}
	expect(answered, `TEST_SEED=${seed}`).toBe(20 * ROUNDS);
	expect(aws.stats().wrongSignatures).toBe(0);
	// Time moves while requests are on their way, so a key may expire under one of them; it is then signed again.
	expect(Object.keys(aws.stats().errors).filter((code) => code !== "ExpiredTokenException")).toEqual([]);
	expect(keys.size).toBeGreaterThan(1.7 * ROUNDS);
	console.log(`Rotation: ${20 * ROUNDS} requests, ${keys.size} keys, ${moved} steps of time, 0 refused`);
});

test("a chained session keeps working while its parent rotates and is revoked", async () => {
	await using world = await startWorld(2, { credentialLifetime: { overrideSeconds: 900 } });
	const { aws, time, calls, request, sessions } = world;
	const [parent] = sessions as [AwsSession, AwsSession];
	const child = assumeRole({ from: parent, roleArn: roleArn(1), sessionName: "child" });
	const callers = new Set<string>();
	for (let minute = 0; minute < 60; minute += 1) {
		expect(await request(child)).toBe(account(1));
		if (minute === 30) aws.revoke(({ roleArn: arn }) => arn === roleArn(0));
		await world.quiet();
		await time.advance(60_000);
	}
	for (const { roleArn: asked, accessKeyId = "", identity } of calls) {
		if (asked !== roleArn(1)) continue;
		expect(identity?.accountId ?? account(0)).toBe(account(0));
		callers.add(accessKeyId);
	}
	expect(callers.size).toBeGreaterThanOrEqual(3);
	expect(aws.stats().errors["ExpiredToken"] ?? 0).toBeLessThanOrEqual(1);
});

test("a parent whose key STS rejects is replaced once, whichever of its 20 children finds out", async () => {
	await using world = await startWorld(21);
	const { aws, time, sessions } = world;
	const parent = sessions[20] as AwsSession;
	const children = each(20, (n) => assumeRole({ from: parent, roleArn: roleArn(n), sessionName: "child" }));
	await Promise.all(children.map((child) => child.credentials()));
	await time.advance(60_000);
	aws.revoke(({ roleArn: arn }) => arn === roleArn(20));
	aws.resetCounts();
	await Promise.all(children.map((child) => child.credentials({ forceRefresh: true })));
	const { byRole, succeeded } = aws.stats().assumeRole;
	expect(byRole[roleArn(20)]).toBe(1);
	expect(succeeded).toBe(21);
});

test(`access denied for one tenant leaves the others alone and costs STS at most 8 calls of ${DENIED} requests in a minute`, async () => {
	await using world = await startWorld(5);
	const { aws, time, request, sessions } = world;
	await Promise.all(sessions.slice(1).map(request));
	aws.resetCounts();
	using _ = aws.fail({ kind: "error", roleArn: roleArn(0), status: 403, code: "AccessDenied", message: "No" });
	for (let n = 0; n < DENIED; n += 1) {
		const [bad, ...good] = sessions as [AwsSession, ...AwsSession[]];
		const denied = failure(request(bad));
		if (n % 5 === 0) expect(await Promise.all(good.map(request))).toEqual(good.map(({ account: id }) => id));
		expect(await denied).toMatchObject({ code: "ASSUME_ROLE_DENIED", cause: { name: "AccessDenied" } });
		await time.advance(60_000 / DENIED);
	}
	const { byRole } = aws.stats().assumeRole;
	expect(byRole[roleArn(0)]).toBeLessThanOrEqual(8);
	expect(byRole[roleArn(0)]).toBeGreaterThanOrEqual(5);
	expect(Object.keys(byRole)).toEqual([roleArn(0)]);
	console.log(`A denied role: ${byRole[roleArn(0)]} STS calls of ${DENIED} requests in 60 s`);
});

test("chains four roles deep get through an STS that takes one call at a time", async () => {
	await using world = await startWorld(10);
	home.slots.set("sts-endpoints", new Map([["us-east-1 ", { limiter: new CallLimiter(1), idle: [] }]]));
	const chains = each(5, (n) => {
		let session = assumeRole({ roleArn: roleArn(0), sessionName: `chain-${n}` });
		for (let depth = 1; depth < 4; depth += 1) {
			session = assumeRole({ from: session, roleArn: roleArn(depth), sessionName: `chain-${n}` });
		}
		return session;
	});
	expect(await Promise.all(chains.map(world.request))).toEqual(each(5, () => account(3)));
	expect(world.aws.stats().assumeRole).toMatchObject({ total: 20, succeeded: 20, maxInFlight: 1 });
});

test("at most 16 calls are under way at one endpoint", async () => {
	await using world = await startWorld(60);
	const { aws, sessions } = world;
	const first = gate();
	const held = aws.fail({ kind: "delay", service: "sts", until: first.opened });
	const all = Promise.all(sessions.map((session) => session.credentials()));
	await settle(() => aws.stats().assumeRole.inFlight < 16);
	for (let n = 0; n < 20; n += 1) await settle();
	expect(aws.stats().assumeRole.inFlight).toBe(16);
	held[Symbol.dispose]();
	first.open();
	await all;
	expect(aws.stats().assumeRole).toMatchObject({ total: 60, maxInFlight: 16 });
});
