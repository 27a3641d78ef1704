/** What the SDK looks up in the environment is looked up once per client class, except where it may differ. */

import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { home } from "../../src/home/home.js";
import { clients, runInAwsScope, session } from "../../src/index.js";

afterEach(() => resetAwsScope());
afterEach(() => vi.unstubAllEnvs());

const of = (name: string) =>
	session({ credentials: { accessKeyId: name, secretAccessKey: "secret" }, region: "us-east-1" });
const attempts = (name: string, options = {}) => of(name).clients.dynamodb(options).config.maxAttempts();

test("all clients of a class share one lookup, until the environment changes", async () => {
	vi.stubEnv("AWS_MAX_ATTEMPTS", "7");
	expect(await attempts("one")).toBe(7);
	const { maxAttempts } = of("two").clients.dynamodb().config;
	expect(of("three").clients.dynamodb().config.maxAttempts).toBe(maxAttempts);
	vi.stubEnv("AWS_MAX_ATTEMPTS", "9");
	expect(await attempts("four")).toBe(9);
	// A client that was built before keeps what it found, as the SDK's does.
	expect(await attempts("one")).toBe(7);
});

test("no secret of the environment is kept with it", () => {
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI");
	vi.stubEnv("AWS_DATABASE_PASSWORD", "IQoJb3JpZ2lu");
	of("one").clients.dynamodb();
	const classes = inspect(home.slots.get("client-classes"), { depth: 12, showHidden: true });
	expect(classes).toContain("maxAttempts");
	expect(classes).not.toMatch(/wJalrXUtnFEMI|IQoJb3JpZ2lu/);
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
