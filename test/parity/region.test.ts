/** The region that the environment and the shared files give: the host asked by the plain SDK and by aws-scope. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, type DynamoDBClientConfig, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { client } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { expectNoWorse, type Outcome, page, type Row } from "./situation.js";

const directory = mkdtempSync(join(tmpdir(), "aws-scope-region-"));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(async () => {
	vi.unstubAllEnvs();
	await resetAwsScope();
});

interface Files {
	readonly env?: Readonly<Record<string, string>>;
	readonly config?: string;
	readonly credentials?: string;
	/** What the config file says once a first request has been sent. */
	readonly rewritten?: string;
}

const A = "[profile a]\nregion = eu-west-1\n";
const situations: readonly (readonly [what: string, files: Files])[] = [
	["`AWS_REGION`, and a profile with a region", { env: { AWS_REGION: "us-west-2", AWS_PROFILE: "a" }, config: A }],
	['`AWS_REGION=""`, and a profile with a region', { env: { AWS_REGION: "", AWS_PROFILE: "a" }, config: A }],
	["`AWS_REGION` with a leading space", { env: { AWS_REGION: " us-west-2" } }],
	["`AWS_DEFAULT_REGION` alone", { env: { AWS_DEFAULT_REGION: "us-west-2" } }],
	["`AWS_REGION=fips-us-east-1`", { env: { AWS_REGION: "fips-us-east-1" } }],
	["`AWS_REGION=us-gov-west-1-fips`", { env: { AWS_REGION: "us-gov-west-1-fips" } }],
	['`AWS_PROFILE=""`: the default profile', { env: { AWS_PROFILE: "" }, config: "[default]\nregion = eu-west-1" }],
	[
		"a profile that names no region, and a default profile that does",
		{ env: { AWS_PROFILE: "b" }, config: "[default]\nregion = eu-west-1" },
	],
	[
		"`[profile default]` and `[default]` in the config file",
		{ config: "[profile default]\nregion = eu-west-1\n[default]\nregion = us-west-2" },
	],
	["a region in both files", { config: "[default]\nregion = us-west-2", credentials: "[default]\nregion = eu-west-1" }],
	["`[profile a]` in the credentials file", { env: { AWS_PROFILE: "a" }, credentials: A }],
	["`[a]` in the config file", { env: { AWS_PROFILE: "a" }, config: "[a]\nregion = eu-west-1" }],
	["`[profile.a]`, with a dot", { env: { AWS_PROFILE: "a" }, config: "[profile.a]\nregion = eu-west-1" }],
	['`[profile "a"]`', { env: { AWS_PROFILE: "a" }, config: '[profile "a"]\nregion = eu-west-1' }],
	["`[ profile a ]`, with spaces", { env: { AWS_PROFILE: "a" }, config: "[ profile a ]\nregion = eu-west-1" }],
	[
		"two sections for one profile: the later setting",
		{ env: { AWS_PROFILE: "a" }, config: `${A}[profile a]\nregion = us-west-2` },
	],
	["an indented `region =` line", { config: "[default]\n  region = eu-west-1" }],
	["an indented `region =` line under `s3 =`", { config: "[default]\ns3 =\n  region = eu-west-1\nregion = us-west-2" }],
	["`region =` without a value, after one with a value", { config: "[default]\nregion = eu-west-1\nregion =" }],
	["`Region = `, with a capital letter", { config: "[default]\nRegion = eu-west-1" }],
	["`region = eu-west-1 # why`", { config: "[default]\nregion = eu-west-1 # why" }],
	["`region = eu-west-1#why`", { config: "[default]\nregion = eu-west-1#why" }],
	["`[default] ; why`", { config: "[default] ; why\nregion = eu-west-1" }],
	["a byte order mark and Windows line endings", { config: "\ufeff[default]\r\nregion = eu-west-1\r\n" }],
	["`[sso-session a]` with a region", { env: { AWS_PROFILE: "a" }, config: "[sso-session a]\nregion = eu-west-1" }],
	[
		"`AWS_PROFILE=sso-session.a` and that section",
		{ env: { AWS_PROFILE: "sso-session.a" }, config: "[sso-session a]\nregion = eu-west-1" },
	],
	[
		"`AWS_PROFILE=plugins.a` and `[plugins a]` in the credentials file",
		{ env: { AWS_PROFILE: "plugins.a" }, credentials: "[plugins a]\nregion = eu-west-1" },
	],
	[
		'`AWS_CONFIG_FILE=""`: the file in the home directory',
		{ env: { AWS_CONFIG_FILE: "" }, config: "[default]\nregion = eu-west-1" },
	],
	[
		"`AWS_CONFIG_FILE=~/.aws/config`",
		{ env: { AWS_CONFIG_FILE: "~/.aws/config" }, config: "[default]\nregion = eu-west-1" },
	],
	[
		"a config file rewritten after the first request, and a client created later",
		{ config: "[default]\nregion = eu-west-1", rewritten: "[default]\nregion = us-west-2" },
	],
];

/** What both are given: keys, and a handler that sends nothing. */
const options = (requestHandler: object) => ({
	credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
	maxAttempts: 1,
	requestHandler: requestHandler as NonNullable<DynamoDBClientConfig["requestHandler"]>,
});

/** The host of a request, or why there was none. */
async function asked(make: (config: ReturnType<typeof options>) => DynamoDBClient): Promise<Outcome> {
	let host: string | undefined;
	const handler = {
		metadata: { handlerProtocol: "http/1.1" },
		handle: async ({ hostname }: { readonly hostname: string }) => {
			host = hostname;
			throw new Error("Asked.");
		},
	};
	const error = await failure(make(options(handler)).send(new ListTablesCommand({})));
	return host === undefined ? { value: `error \`${error.message}\`` } : { host };
}

function arrange(name: string, { env = {}, config = "", credentials = "" }: Files): string {
	const home = join(directory, name);
	mkdirSync(join(home, ".aws"), { recursive: true });
	for (const variable of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"]) vi.stubEnv(variable, undefined);
	for (const variable of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(variable, undefined);
	vi.stubEnv("HOME", home);
	vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
	for (const [variable, value] of Object.entries(env)) vi.stubEnv(variable, value);
	writeFileSync(join(home, ".aws", "config"), config);
	writeFileSync(join(home, ".aws", "credentials"), credentials);
	return join(home, ".aws", "config");
}

test("the region of the environment and of the shared files is the SDK's", async () => {
	const rows: Row[] = [];
	for (const [n, [situation, files]] of situations.entries()) {
		const path = arrange(String(n), files);
		const bySdk = () => asked((config) => new DynamoDBClient(config));
		const byUs = () => asked((config) => client(DynamoDBClient, config));
		let [sdk, ours] = [await bySdk(), await byUs()];
		if (files.rewritten !== undefined) {
			writeFileSync(path, files.rewritten);
			[sdk, ours] = [await bySdk(), await byUs()];
		}
		rows.push({ situation, sdk, ours });
		await resetAwsScope();
	}
	for (const row of rows) {
		expectNoWorse(row);
		expect(row.ours, row.situation).toEqual(row.sdk);
	}
	await expect(
		page(
			"The environment's region, compared with the SDK",
			"The host of the first request to DynamoDB, when neither the code nor `configure()` names a region. `npx vitest run --project main test/parity/region.test.ts` writes this page.",
			rows,
		),
	).toMatchFileSnapshot("../../docs/parity/region.md");
});
