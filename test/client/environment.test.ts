/** What the SDK looks up in the environment is looked up once per client class, except where it may differ. */

import { afterEach, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients, runInAwsScope, session } from "../../src/index.js";

afterEach(() => resetAwsScope());
afterEach(() => vi.unstubAllEnvs());

const of = (name: string) =>
	session({ credentials: { accessKeyId: name, secretAccessKey: "secret" }, region: "us-east-1" });
const attempts = (name: string, options = {}) => of(name).clients.dynamodb(options).config.maxAttempts();

test("all clients of a class share one lookup, until close()", async () => {
	vi.stubEnv("AWS_MAX_ATTEMPTS", "7");
	expect(await attempts("one")).toBe(7);
	vi.stubEnv("AWS_MAX_ATTEMPTS", "9");
	expect(await attempts("two")).toBe(7);
	expect(await of("two").clients.sqs().config.maxAttempts()).toBe(9);
	await resetAwsScope();
	expect(await attempts("three")).toBe(9);
});

test("options of the call and of the scope come before it", async () => {
	vi.stubEnv("AWS_MAX_ATTEMPTS", "7");
	expect(await attempts("one")).toBe(7);
	expect(await attempts("two", { maxAttempts: 2 })).toBe(2);
	const scoped = runInAwsScope({ session: of("three"), clientDefaults: { maxAttempts: 4 } }, () => clients.dynamodb());
	expect(await scoped.config.maxAttempts()).toBe(4);
	expect(await attempts("four")).toBe(7);
});

test("a profile and a FIPS region have their own", async () => {
	vi.stubEnv("AWS_MAX_ATTEMPTS", "7");
	expect(await attempts("one")).toBe(7);
	vi.stubEnv("AWS_MAX_ATTEMPTS", "9");
	const { clients: ofProfile } = session({ profile: "orders", region: "us-east-1" });
	expect(await ofProfile.dynamodb().config.maxAttempts()).toBe(9);
	expect(await of("two").clients.dynamodb("fips-us-west-2").config.useFipsEndpoint()).toBe(true);
	expect(await of("three").clients.dynamodb("us-west-2").config.useFipsEndpoint()).toBe(false);
});
