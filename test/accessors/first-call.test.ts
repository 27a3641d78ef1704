/** The first call in a scope finds what earlier scopes of the same session have found, and nothing of another's. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { makeShortcuts, memoOf, Shortcuts } from "../../src/accessors/shortcuts.js";
import { Shortcut, type WarmClient } from "../../src/client/cached-clients.js";
import {
	type AwsSession,
	client,
	clients,
	configure,
	defineClients,
	runInAwsScope,
	session,
	stats,
} from "../../src/index.js";

const crypto = process.getBuiltinModule("node:crypto");
const REGION = "eu-central-1";
const tenant = (accessKeyId: string, region?: string): AwsSession =>
	session({ credentials: { accessKeyId, secretAccessKey: "example" }, region });
const keyOf = async (built: object) => (await (built as S3).config.credentials()).accessKeyId;

// With options of its own, every key is written with a digest.
beforeEach(() => void configure({ clientDefaults: { maxAttempts: 2 } }));
afterEach(async () => {
	vi.restoreAllMocks();
	await resetAwsScope();
});

/** How many keys a call writes. */
function keysOf(call: () => object): number {
	const digests = vi.spyOn(crypto, "createHmac");
	call();
	const { length } = digests.mock.calls;
	digests.mockRestore();
	return length;
}

const WAYS: Record<string, (own: AwsSession, around: AwsSession) => object> = {
	"by region": (own) => runInAwsScope(own, () => clients.s3(REGION)),
	"without arguments": (own) => runInAwsScope({ session: own, region: REGION }, () => clients.s3()),
	"by options": (own) => runInAwsScope(own, () => clients.s3({ region: REGION, maxAttempts: 5 })),
	"by class": (own) => runInAwsScope(own, () => client(S3, REGION)),
	"by an accessor of its own": (own) => runInAwsScope(own, () => defineClients({ files: S3 }).files(REGION)),
	"of documents": (own) => runInAwsScope(own, () => clients.dynamodbDocument(REGION)),
	"of a session": (own) => own.clients.s3(REGION),
	"of a session, by options": (own) => own.clients.s3({ region: REGION, maxAttempts: 5 }),
	"of a session, in a scope": (own, around) => around.run(() => own.clients.s3(REGION)),
	"that names a session": (own) => clients.s3({ session: own, region: REGION }),
	"that names a session, in a scope": (own, around) => around.run(() => clients.s3({ session: own, region: REGION })),
	"that names a session and options": (own) => client(DynamoDB, { session: own, region: REGION, maxAttempts: 5 }),
};

describe.each(Object.entries(WAYS))("a call %s", (_name, way) => {
	let around: AwsSession;
	beforeEach(() => {
		around = tenant("AKIDAROUND");
	});
	const call = (own: AwsSession): object => way(own, around);

	test("writes its key once, and not again in the next scope", () => {
		const own = tenant("AKIDOWN");
		expect(keysOf(() => call(own))).toBeGreaterThan(0);
		expect(keysOf(() => call(own))).toBe(0);
		expect(call(own)).toBe(call(own));
		expect(stats().clientsBuilt).toBe(1);
	});

	test("gives each of many tenants a client of its own, in turns", async () => {
		const tenants = Array.from({ length: 10 }, (_, index) => tenant(`AKIDTENANT${index}`));
		for (let round = 0; round < 3; round += 1) {
			const keys = await Promise.all(tenants.map((each) => keyOf(call(each))));
			expect(keys).toEqual(tenants.map((_, index) => `AKIDTENANT${index}`));
		}
	});

	test("is never given a client that was evicted", () => {
		configure({ maxClients: 1 });
		const own = tenant("AKIDOWN");
		const before = call(own);
		tenant("AKIDOTHER").clients.sqs(REGION);
		const after = call(own);
		expect(after).not.toBe(before);
		expect(call(own)).not.toBe(before);
	});

	test("follows changed settings, and finds its client by a shortcut again", async () => {
		const own = tenant("AKIDOWN");
		call(own);
		configure({ clientDefaults: { useDualstackEndpoint: true } });
		const changed = call(own) as S3;
		expect(await changed.config.useDualstackEndpoint()).toBe(true);
		expect(keysOf(() => call(own))).toBe(0);
		configure({ policy: "lfu" });
		expect(call(own)).toBe(changed);
		expect(keysOf(() => call(own))).toBe(0);
	});

	test("finds nothing that was forgotten with the home", async () => {
		const own = tenant("AKIDOWN");
		const before = call(own);
		await resetAwsScope();
		expect(call(own)).not.toBe(before);
	});
});

describe("a memo", () => {
	test("is not shared by what is seen through another region, other defaults, or by name", () => {
		const own = tenant("AKIDOWN");
		const call = () => clients.s3({ maxAttempts: 5 });
		const made = [
			runInAwsScope({ session: own, region: "eu-west-1" }, call),
			runInAwsScope({ session: own, region: "eu-west-2" }, call),
			runInAwsScope({ session: own, region: "eu-west-1", clientDefaults: { useFipsEndpoint: true } }, call),
			runInAwsScope({ session: own, region: "eu-west-1" }, () => own.clients.s3({ maxAttempts: 5 })),
			runInAwsScope({ session: own, region: "eu-west-2" }, () => own.clients.s3({ maxAttempts: 5 })),
			runInAwsScope({ region: "eu-west-1", clientDefaults: { useFipsEndpoint: true }, session: own }, () =>
				own.clients.s3({ maxAttempts: 5 }),
			),
		];
		expect(new Set(made).size).toBe(made.length);
	});

	test("goes by the region of a session that is named, before that of the scope", async () => {
		const own = tenant("AKIDOWN", "us-east-2");
		const call = () => own.clients.s3();
		const there = runInAwsScope({ session: tenant("AKIDAROUND"), region: "eu-west-1" }, call);
		expect(await there.config.region()).toBe("us-east-2");
		expect(call()).toBe(there);
		const roaming = tenant("AKIDROAMING");
		const regionOf = (region: string) =>
			runInAwsScope({ session: tenant("AKIDAROUND"), region }, () => roaming.clients.s3().config.region());
		expect([await regionOf("eu-west-1"), await regionOf("eu-west-2")]).toEqual(["eu-west-1", "eu-west-2"]);
	});

	test("is asked by the session itself, not by what looks like one", () => {
		const own = tenant("AKIDOWN");
		const other = tenant("AKIDOTHER");
		const named = clients.s3({ session: own, region: REGION });
		const lying: AwsSession = Object.create(own, { key: { value: other.key } });
		expect(() => clients.s3({ session: lying, region: REGION })).toThrow("takes a session");
		expect(() => own.clients.s3({ session: other, region: REGION } as never)).toThrow("no other { session }");
		own.clients.s3({ maxAttempts: 5 });
		const hidden = Object.defineProperty({ maxAttempts: 5 }, "session", { value: other });
		expect(() => own.clients.s3(hidden as never)).toThrow("no other { session }");
		expect(() => own.clients.s3({ maxAttempts: 5, session: undefined } as never)).toThrow("no other { session }");
		expect(clients.s3({ session: own, region: REGION })).toBe(named);
	});

	test("stays small whatever regions, scopes and options it is asked for", () => {
		const own = tenant("AKIDOWN");
		const shortcut = new Shortcut({} as WarmClient);
		const shortcuts = new Shortcuts();
		const first = makeShortcuts(S3, own, true, { region: "xx-0" } as never);
		for (let count = 0; count < 100; count += 1) {
			shortcuts.add(`xx-${count}`, shortcut);
			shortcuts.add({ maxAttempts: count }, shortcut);
			makeShortcuts(S3, own, true, { region: `xx-${count}` } as never);
		}
		expect(shortcuts.find("xx-99", undefined)).toBeDefined();
		expect(shortcuts.find({ maxAttempts: 99 }, undefined)).toBeDefined();
		expect(shortcuts.find("xx-0", undefined)).toBeUndefined();
		expect(shortcuts.find({ maxAttempts: 0 }, undefined)).toBeUndefined();
		expect(memoOf(own, true, { region: "xx-99" } as never)).toBeDefined();
		expect(memoOf(own, true, { region: "xx-0" } as never)?.get(S3)).not.toBe(first);
	});
});

test("outside every scope the object form takes a shortcut too, and is refused like every other call", () => {
	const call = () => clients.s3({ region: REGION, maxAttempts: 5 });
	const before = call();
	expect(keysOf(call)).toBe(0);
	expect(call()).toBe(before);
	configure({ requireScope: true });
	expect(call).toThrow("outside every scope");
	configure({ requireScope: undefined });
	expect(call()).toBe(before);
	tenant("AKIDOTHER").run(() => undefined);
	expect(call).toThrow("outside every scope");
});
