/** A profile that was named is that profile or an error: never the identity of the container, pod or instance around it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients, defaultSession, session } from "../../src/index.js";
import { EXTERNAL_ID, OWN, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { type TestTime, testTime } from "../helpers/time.js";

const A = tenant(0);
const directory = mkdtempSync(join(tmpdir(), "aws-scope-profiles-"));
const config = join(directory, "config");
const token = join(directory, "token");

/** What the process's own surroundings were asked for; they would answer. */
const asked: string[] = [];
/** So many requests find them overloaded. */
let overloaded = 0;
const surroundings = createServer((request, response) => {
	asked.push(`${request.method} ${request.url}`);
	if (overloaded > 0) {
		overloaded -= 1;
		response.writeHead(503).end();
		return;
	}
	const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = all.aws.user(OWN);
	const Expiration = new Date(Date.now() + 3_600_000).toISOString();
	const keys = { Code: "Success", AccessKeyId, SecretAccessKey, Token: "token", Expiration };
	response.end(/token$|credentials\/$/.test(request.url ?? "") ? "text" : JSON.stringify(keys));
});

let all: TenantAws;
let time: TestTime | undefined;
beforeAll(async () => {
	await new Promise<void>((resolve) => surroundings.listen(0, "127.0.0.1", resolve));
	all = await startTenants({ tenants: 1 });
	const { accessKeyId, secretAccessKey } = all.aws.user(A);
	const printed = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey });
	writeFileSync(token, "token");
	writeFileSync(join(directory, "keys.json"), printed);
	writeFileSync(
		config,
		`[profile keys]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}

[profile process]
credential_process = "${process.execPath}" -p "require('fs').readFileSync('${join(directory, "keys.json")}', 'utf8')"

[profile base]
aws_access_key_id = ${all.aws.user(OWN).accessKeyId}
aws_secret_access_key = ${all.aws.user(OWN).secretAccessKey}

[profile role]
role_arn = arn:aws:iam::${A}:role/${ROLE}
source_profile = base
external_id = ${EXTERNAL_ID}

[profile empty]

[profile place]
region = eu-west-1

[profile half]
aws_access_key_id = ${accessKeyId}
`,
	);
});
beforeEach(() => {
	vi.stubEnv("AWS_CONFIG_FILE", config);
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await resetAwsScope();
	time?.[Symbol.dispose]();
	time = undefined;
	asked.length = 0;
	all.aws.resetCounts();
});
afterAll(async () => {
	await all[Symbol.asyncDispose]();
	surroundings.close();
	rmSync(directory, { recursive: true });
});

const at = (): string => `http://127.0.0.1:${(surroundings.address() as AddressInfo).port}`;
const processes: readonly (readonly [where: string, variables: () => Record<string, string>])[] = [
	["a container", () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${at()}/container` })],
	[
		"a pod with a web identity token",
		() => ({ AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: `arn:aws:iam::${OWN}:role/pod` }),
	],
	["an instance", () => ({ AWS_EC2_METADATA_DISABLED: "false", AWS_EC2_METADATA_SERVICE_ENDPOINT: at() })],
	["a process with keys in its environment", () => ({})],
];
const profiles = [
	["is missing", "tenant-a"],
	["is misspelt", "Keys"],
	["is empty", "empty"],
	["names a region alone", "place"],
	["has half a key", "half"],
] as const;

describe.each(processes)("in %s", (_where, variables) => {
	test.each(profiles)("a profile that %s is an error and not the process's own identity", async (_what, profile) => {
		time = testTime({ hurry: true });
		for (const [name, value] of Object.entries(variables())) vi.stubEnv(name, value);
		const error = await failure(session({ profile }).credentials());
		expect(error).toMatchObject({ code: "CREDENTIALS_UNAVAILABLE" });
		expect(asked).toEqual([]);
		expect(all.aws.stats().requests).toBe(0);
	});
});

test.each([
	["holds keys", "keys"],
	["runs a program for its keys", "process"],
	["assumes a role with another profile's keys", "role"],
])("a profile that %s is that identity", async (_what, profile) => {
	for (const [, variables] of processes)
		for (const [name, value] of Object.entries(variables())) vi.stubEnv(name, value);
	const bySession = await session({ profile }).clients.dynamodb().listTables({});
	const byCall = await clients.dynamodb({ profile }).listTables({});
	expect([bySession.TableNames, byCall.TableNames]).toEqual([[A], [A]]);
	expect(asked).toEqual([]);
});

test("a metadata service that is overloaded for a moment costs the first request nothing", async () => {
	vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
	vi.stubEnv("AWS_EC2_METADATA_DISABLED", "false");
	vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", at());
	overloaded = 3;
	expect((await defaultSession().credentials()).accessKeyId).toBe(all.aws.user(OWN).accessKeyId);
	expect(overloaded).toBe(0);
});
