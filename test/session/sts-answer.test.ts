/** A response of STS is accepted only if it is complete and for the requested role. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { type AwsSession, assumeRole, session } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { HOUR, MINUTE, settle, type TestTime, testTime } from "../helpers/time.js";
import { type FakeSts, type StsSays, startFakeSts } from "./fake-sts.js";

const ACCOUNT = "222222222222";
let sts: FakeSts;
let time: TestTime;
let made: AwsSession;
beforeEach(async () => {
	time = testTime({ hurry: true });
	sts = await startFakeSts(ACCOUNT);
	made = assumeRole({
		from: session({ credentials: { accessKeyId: "AKIAOWN", secretAccessKey: "own" } }),
		account: ACCOUNT,
		role: "team/Reader",
		sessionName: "fake",
		region: "us-east-1",
		stsEndpoint: sts.endpoint,
	});
});
afterEach(async () => {
	await resetAwsScope();
	await sts[Symbol.asyncDispose]();
	time[Symbol.dispose]();
});

const refused = (): Promise<Error> => failure(made.credentials({ forceRefresh: true }));

const bad: readonly [what: string, says: () => StsSays, words: string][] = [
	["without an access key", () => ({ AccessKeyId: null }), "incomplete credentials"],
	["with an empty access key", () => ({ AccessKeyId: "" }), "incomplete credentials"],
	["without a secret", () => ({ SecretAccessKey: null }), "incomplete credentials"],
	["without a token", () => ({ SessionToken: null }), "incomplete credentials"],
	["without an expiration", () => ({ Expiration: null }), "incomplete credentials"],
	["with an expiration that is no date", () => ({ Expiration: "soon" }), "has no valid credentials"],
	["with an expiration in the past", () => ({ Expiration: new Date(Date.now() - 1).toISOString() }), "already expired"],
	[
		"that expires with its own Date header",
		() => ({ Expiration: new Date().toISOString(), date: new Date() }),
		"already expired",
	],
	["of another account", () => ({ Arn: "arn:aws:sts::333333333333:assumed-role/Reader/fake" }), "333333333333"],
	["of another role", () => ({ Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ReaderToo/fake` }), "ReaderToo"],
	["of a user", () => ({ Arn: `arn:aws:iam::${ACCOUNT}:user/Reader` }), "user/Reader"],
	["of nobody", () => ({ Arn: null }), "no role"],
];

test.each(bad)("an answer %s is a failure, and what is held is kept", async (_, says, words) => {
	sts.says = says();
	const first = await refused();
	expect(first).toMatchObject({ code: "ASSUME_ROLE_FAILED" });
	expect(first.message).toContain(words);
	expect(first.message).not.toMatch(/secret-|token-/);
	expect(sts.calls).toBe(3);
	sts.says = {};
	await time.advance(MINUTE);
	const good = await made.credentials();
	await time.advance(MINUTE);
	sts.says = says();
	await refused();
	expect(await made.credentials()).toBe(good);
});

test("a good answer is one frozen object with the account in it", async () => {
	const value = await made.credentials();
	expect(Object.isFrozen(value)).toBe(true);
	expect(value).toEqual({
		accessKeyId: "ASIAFAKE1",
		secretAccessKey: "secret-1",
		sessionToken: "token-1",
		expiration: expect.any(Date),
		accountId: ACCOUNT,
	});
});

test("every parameter is sent, and the policy as it was written", async () => {
	await assumeRole({
		from: session({ credentials: { accessKeyId: "AKIAOWN", secretAccessKey: "own" } }),
		roleArn: `arn:aws:iam::${ACCOUNT}:role/team/Reader`,
		stsEndpoint: sts.endpoint,
		stsRegion: "us-east-1",
		externalId: "acme/1",
		sessionName: "fake",
		sourceIdentity: "alice",
		tags: { tenant: "acme", team: "b" },
		transitiveTagKeys: ["tenant"],
		policy: { Version: "2012-10-17", Statement: [] },
		policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
		durationSeconds: 900,
		mfa: { serialNumber: "arn:aws:iam::111111111111:mfa/alice", code: () => "123456" },
	}).credentials();
	expect(sts.asked).toEqual({
		Action: "AssumeRole",
		Version: "2011-06-15",
		RoleArn: `arn:aws:iam::${ACCOUNT}:role/team/Reader`,
		RoleSessionName: "fake",
		DurationSeconds: "900",
		ExternalId: "acme/1",
		SourceIdentity: "alice",
		Policy: '{"Version":"2012-10-17","Statement":[]}',
		"PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
		"Tags.member.1.Key": "tenant",
		"Tags.member.1.Value": "acme",
		"Tags.member.2.Key": "team",
		"Tags.member.2.Value": "b",
		"TransitiveTagKeys.member.1": "tenant",
		SerialNumber: "arn:aws:iam::111111111111:mfa/alice",
		TokenCode: "123456",
	});
});

test("an answer that expires earlier than what is held is a failure", async () => {
	await made.credentials();
	await time.advance(MINUTE);
	sts.says = { Expiration: new Date(Date.now() + 50 * MINUTE).toISOString() };
	expect((await refused()).message).toContain("expire before the current ones");
	expect((await made.credentials()).accessKeyId).toBe("ASIAFAKE1");
});

test("the same key again is a failure", async () => {
	sts.says = { AccessKeyId: "ASIASAME", Expiration: new Date(Date.now() + HOUR).toISOString() };
	await made.credentials();
	await time.advance(MINUTE);
	expect((await refused()).message).toContain("the same key again");
});

test.each([
	["an hour fast", HOUR],
	["an hour slow", -HOUR],
])("the lifetime is counted by STS's own clock, %s", async (_, wrong) => {
	const say = (): void => {
		sts.says = { date: new Date(Date.now() + wrong), Expiration: new Date(Date.now() + wrong + HOUR).toISOString() };
	};
	say();
	await made.credentials();
	await time.advance(34 * MINUTE);
	await made.credentials();
	await settle();
	expect(sts.calls).toBe(1);
	await time.advance(25.9 * MINUTE);
	say();
	await made.credentials();
	expect(sts.calls).toBe(2);
	expect((await made.credentials()).accessKeyId).toBe("ASIAFAKE2");
});

test("a Date header that was cut to whole seconds makes no key live longer than it does", async () => {
	// Issued at …00.900, for an hour; the header says …00.
	sts.says = { date: new Date(Date.now()), Expiration: new Date(Date.now() + HOUR + 900).toISOString() };
	await time.advance(900);
	await made.credentials();
	sts.says = { AccessKeyId: null };
	await time.advance(HOUR);
	expect(made.toJSON()).toMatchObject({ state: "expired" });
});
