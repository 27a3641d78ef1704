/** Keys that change under a running process: rewritten files, rotated variables, fixed policies, many rotations at once. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { assumeRole, defaultSession, session } from "../../src/index.js";
import { CredentialKeeper } from "../../src/session/credential-keeper.js";
import { failure } from "../helpers/pool.js";
import { MINUTE, SECOND, settle, type TestTime, testTime } from "../helpers/time.js";
import { failing, fakeOwner, fakeSource, issue } from "./fake-source.js";
import { account, OWN, roleArn, startWorld, type World } from "./world.js";

const directory = mkdtempSync(join(tmpdir(), "aws-scope-keys-"));
const file = join(directory, "credentials");
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** Makes that account's user the default profile's. */
function writeFile({ aws }: World, id: string): void {
	const { accessKeyId, secretAccessKey } = aws.user(id);
	writeFileSync(file, `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
}

/** The default chain finds nothing but the shared file. */
function fromFile(world: World): void {
	vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
	vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file);
	writeFile(world, OWN);
}

describe("a shared credentials file that is rewritten", () => {
	test("gives the default session its new keys once AWS rejects the old ones", async () => {
		await using world = await startWorld(1);
		fromFile(world);
		expect(await world.request(defaultSession())).toBe(OWN);
		await world.time.advance(MINUTE);
		writeFile(world, account(0));
		world.aws.revoke(world.aws.user(OWN).accessKeyId);
		expect(await world.request(defaultSession())).toBe(account(0));
	});

	test("does not end the roles that were assumed from it: each renews with the new keys", async () => {
		await using world = await startWorld(3);
		fromFile(world);
		await Promise.all(world.sessions.map(world.request));
		await world.time.advance(50 * MINUTE);
		writeFile(world, account(0));
		world.aws.revoke(world.aws.user(OWN).accessKeyId, "invalid");
		await world.time.advance(11 * MINUTE);
		expect(await Promise.all(world.sessions.map(world.request))).toEqual([account(0), account(1), account(2)]);
	});

	test("is read when the default session is invalidated", async () => {
		await using world = await startWorld(1);
		fromFile(world);
		await world.request(defaultSession());
		writeFile(world, account(0));
		defaultSession().invalidate();
		expect(await world.request(defaultSession())).toBe(account(0));
	});
});

test("new keys in the environment are read after invalidate()", async () => {
	await using world = await startWorld(1);
	expect(await world.request(defaultSession())).toBe(OWN);
	const { accessKeyId, secretAccessKey } = world.aws.user(account(0));
	vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
	defaultSession().invalidate();
	expect(await world.request(defaultSession())).toBe(account(0));
});

describe("invalidate() while a failure is remembered", () => {
	const deny = ({ aws }: World) => aws.fail({ service: "sts", kind: "error", status: 403, code: "AccessDenied" });

	test("a role whose trust policy was just fixed is assumed at once", async () => {
		await using world = await startWorld(1);
		const [tenant = defaultSession()] = world.sessions;
		const denied = deny(world);
		for (let n = 0; n < 5; n += 1) {
			expect(await failure(tenant.credentials())).toMatchObject({ code: "ASSUME_ROLE_DENIED" });
			await world.time.advance(20 * SECOND);
		}
		await failure(tenant.credentials());
		denied[Symbol.dispose]();
		expect(await failure(tenant.credentials())).toMatchObject({ code: "ASSUME_ROLE_DENIED" });
		tenant.invalidate();
		expect(await world.request(tenant)).toBe(account(0));
	});

	test("so is a role that is assumed from the one whose policy was fixed", async () => {
		await using world = await startWorld(2);
		const [hub = defaultSession()] = world.sessions;
		const leaf = assumeRole({ from: hub, roleArn: roleArn(1), sessionName: "leaf" });
		const denied = deny(world);
		await failure(leaf.credentials());
		denied[Symbol.dispose]();
		leaf.invalidate();
		expect(await world.request(leaf)).toBe(account(1));
	});

	test("the credentials of a parent that has valid ones stay", async () => {
		await using world = await startWorld(2);
		const [hub = defaultSession()] = world.sessions;
		const leaf = assumeRole({ from: hub, roleArn: roleArn(1), sessionName: "leaf" });
		await world.request(leaf);
		leaf.invalidate();
		await world.request(leaf);
		expect(world.calls.map((call) => call.roleArn)).toEqual([roleArn(0), roleArn(1), roleArn(1)]);
	});
});

describe("invalidate() while an attempt is under way", () => {
	let time: TestTime;
	beforeEach(() => {
		time = testTime();
	});
	afterEach(() => {
		expect(time.timers()).toBe(0);
		time[Symbol.dispose]();
	});

	/** A caller waits for an attempt that hangs; then the session is invalidated. */
	async function invalidated() {
		const source = fakeSource();
		source.answer = "hang";
		const keeper = new CredentialKeeper(source, fakeOwner);
		const early = keeper.get();
		await settle();
		source.answer = "good";
		keeper.invalidate();
		return { source, keeper, early };
	}

	test("those who wait, and those who ask now, get what a new attempt brings", async () => {
		const { source, keeper, early } = await invalidated();
		const asked = await Promise.all([early, keeper.get()]);
		expect(asked.map(({ accessKeyId }) => accessKeyId)).toEqual(["KEY-1", "KEY-1"]);
		expect(source.made.map(({ force }) => force)).toEqual([false, true]);
	});

	test("its old answer counts for nothing, before and after the new one", async () => {
		const { source, keeper, early } = await invalidated();
		source.answer = "hang";
		source.hanging[0]?.(issue(7, 36_000));
		await settle();
		expect(keeper.state).toEqual({ state: "empty" });
		source.hanging[1]?.(issue(8, 3_600));
		expect((await early).accessKeyId).toBe("KEY-8");
		keeper.invalidate();
		const next = keeper.get();
		await settle();
		source.hanging[2]?.(issue(9, 3_600));
		expect((await next).accessKeyId).toBe("KEY-9");
	});

	test("its denial is nobody's answer and asks for no patience", async () => {
		const { source, keeper, early } = await invalidated();
		source.hanging[0]?.(failing("denied"));
		expect((await early).accessKeyId).toBe("KEY-1");
		expect((await keeper.get({ forceRefresh: true })).accessKeyId).toBe("KEY-2");
	});

	test("a request whose key AWS has just rejected is signed again with the new one", async () => {
		const source = fakeSource();
		const keeper = new CredentialKeeper(source, fakeOwner);
		await keeper.get();
		await time.advance(MINUTE);
		source.answer = "hang";
		const again = keeper.rejected("KEY-1");
		await settle();
		source.answer = "good";
		keeper.invalidate();
		expect(await again).toBe(true);
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});
});

describe("the keys that a session issued", () => {
	test("are known while a request is signed, however often they rotate meanwhile", async () => {
		using time = testTime();
		const keeper = new CredentialKeeper(fakeSource(), fakeOwner);
		const first = (await keeper.get()).accessKeyId;
		for (let n = 0; n < 100; n += 1) await keeper.get({ forceRefresh: true });
		expect(keeper.issued(first)).toBe(true);
		await time.advance(2 * MINUTE);
		await keeper.get({ forceRefresh: true });
		// The last one before this may be on a request that a freeze has held up; the others are forgotten.
		expect(["KEY-1", "KEY-100", "KEY-101", "KEY-102"].map((key) => keeper.issued(key))).toEqual([
			false,
			false,
			true,
			true,
		]);
	});

	test("are bounded, and never another session's", async () => {
		using _ = testTime();
		const keeper = new CredentialKeeper(fakeSource(), fakeOwner);
		for (let n = 0; n < 1_500; n += 1) await keeper.get({ forceRefresh: true });
		expect(Array.from({ length: 1_500 }, (_, n) => keeper.issued(`KEY-${n + 1}`)).filter(Boolean)).toHaveLength(1_001);
		expect(keeper.issued("KEY-1501")).toBe(false);
	});

	test("sign valid requests also when an in-memory provider rotates them several times within one signing", async () => {
		await using world = await startWorld(8);
		let asked = 0;
		const made = session({
			credentials: async () => {
				asked += 1;
				const { accessKeyId, secretAccessKey } = world.aws.user(account(asked % 8));
				return { accessKeyId, secretAccessKey };
			},
		});
		const answers = Array.from({ length: 8 }, () => world.request(made));
		for (let n = 0; n < 1_000; n += 1) await made.credentials({ forceRefresh: true });
		expect((await Promise.all(answers)).filter((answer) => answer === undefined)).toEqual([]);
	});
});

test("a provider's key that AWS says has expired is replaced at once, whatever the provider was asked lately", async () => {
	await using world = await startWorld(2);
	world.time.stepWall(70 * MINUTE);
	let which = account(0);
	const made = session({
		credentials: async () => {
			const { accessKeyId, secretAccessKey } = world.aws.user(which);
			return { accessKeyId, secretAccessKey, expiration: new Date(world.time.aws() + MINUTE) };
		},
	});
	expect(await world.request(made)).toBe(account(0));
	world.aws.revoke(world.aws.user(account(0)).accessKeyId);
	which = account(1);
	await world.time.advance(SECOND);
	expect(await world.request(made)).toBe(account(1));
});

test("the successor of a key that AWS rejects is taken from a provider also when it looks expired here", async () => {
	using time = testTime();
	const source = { ...fakeSource({ lifetime: 1_200 }), provider: true as const };
	const keeper = new CredentialKeeper(source, fakeOwner);
	await keeper.get();
	await time.advance(MINUTE);
	source.fetch = async () => issue(2, -60);
	expect(await keeper.rejected("KEY-1")).toBe(true);
	expect((await keeper.get()).accessKeyId).toBe("KEY-2");
});

describe("minTtl", () => {
	const keys = { accessKeyId: "AKIA", secretAccessKey: "secret" };
	let time: TestTime;
	beforeEach(() => {
		time = testTime();
	});
	afterEach(async () => {
		await resetAwsScope();
		time[Symbol.dispose]();
	});

	test("is refused where nobody knows how long a session token lives, as in Lambda's environment", async () => {
		vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIA");
		vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
		vi.stubEnv("AWS_SESSION_TOKEN", "token");
		defaultSession().invalidate();
		const given = session({ credentials: { ...keys, sessionToken: "token" } });
		for (const made of [defaultSession(), given]) {
			const error = await failure(made.credentials({ minTtl: 604_800 }));
			expect(error).toMatchObject({ code: "MIN_TTL" });
			expect(error.message).toContain("the expiry of its session token is unknown");
			expect(error.message).not.toContain("durationSeconds");
			expect((await made.credentials({ minTtl: 0 })).sessionToken).toBe("token");
		}
	});

	test("is granted for long-lived keys, which have no session token", async () => {
		expect(await session({ credentials: keys }).credentials({ minTtl: 604_800 })).toMatchObject(keys);
	});

	test("of a provider that first answers from its memory is asked past it, once", async () => {
		const calls: unknown[] = [];
		const made = session({
			credentials: async (options?: { readonly forceRefresh?: boolean }) => {
				calls.push(options?.forceRefresh);
				return { ...keys, expiration: new Date(Date.now() + (calls.length === 1 ? 5 : 60) * MINUTE) };
			},
		});
		expect(await made.credentials({ minTtl: 3_600 })).toMatchObject(keys);
		expect(calls).toEqual([undefined, true]);
		const error = await failure(made.credentials({ minTtl: 7_200 }));
		expect(error.message).toMatch(/its credentials last 3600 s; use a smaller minTtl\.$/);
		expect(calls).toHaveLength(3);
	});

	test("of a provider whose credentials look expired says so", async () => {
		const made = session({ credentials: { ...keys, expiration: new Date(0) } });
		expect((await failure(made.credentials({ minTtl: 60 }))).message).toContain("expired by this machine's clock");
	});
});

test.each([
	[{}, 7_200, true],
	[{}, 50_000, false],
	[{ from: "hub" }, 7_200, false],
	[{ from: "hub", durationSeconds: 900 }, 3_600, true],
] as const)(
	"minTtl of a role %j for %d s: advice to give it a longer durationSeconds: %s",
	async (options, minTtl, advised) => {
		await using world = await startWorld(1);
		const { from, ...rest } = { from: undefined, ...options };
		const parent = from === undefined ? {} : { from: assumeRole({ roleArn: roleArn(0), sessionName: "hub" }) };
		const role = assumeRole({ account: OWN, role: "Reader", ...parent, ...rest });
		const error = await failure(role.credentials({ minTtl }));
		expect(error).toMatchObject({ code: "MIN_TTL" });
		expect(error.message).toMatch(
			advised ? /its credentials last .* longer durationSeconds for the session\.$/ : /use a smaller minTtl\.$/,
		);
		expect(world.calls.length).toBeLessThanOrEqual(2);
	},
);

test("a role whose parent's provider fails asks it once, for the provider may prompt", async () => {
	await using _world = await startWorld(1, {}, { hurry: true });
	let prompts = 0;
	const person = session({
		credentials: async () => {
			prompts += 1;
			throw new Error("wrong code");
		},
	});
	const role = assumeRole({ from: person, roleArn: roleArn(0) });
	expect((await failure(role.credentials())).message).toContain("wrong code");
	expect(prompts).toBe(1);
});
