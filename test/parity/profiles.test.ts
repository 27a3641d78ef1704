/** The settings of a profile besides its keys: each situation with the SDK alone and with aws-scope, in one process. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { fromIni, fromTemporaryCredentials, fromTokenFile } from "@aws-sdk/credential-providers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { assumeRole, configure, session } from "../../src/index.js";
import { keysOf, OTHER, OWN, type RealHosts, startRealHosts } from "../helpers/real-hosts.js";
import { outcomeOf, plainRequest, signerOf } from "./asking.js";
import { expectNoWorse, type Outcome, page, type Row } from "./situation.js";

const DEVICE = `arn:aws:iam::${OWN}:mfa/alice`;
const roleArn = (name: string, partition = "aws"): string => `arn:${partition}:iam::${OTHER}:role/${name}`;
const ROLE = roleArn("Reader");
const GOV_ROLE = roleArn("Reader", "aws-us-gov");

let hosts: RealHosts;
const rows: Row[] = [];
/** What a person was asked, and what a session was called. */
let prompts: string[] = [];
beforeAll(async () => {
	hosts = await startRealHosts({
		accounts: [
			OWN,
			{
				id: OTHER,
				roles: [
					{ name: "Reader" },
					{ name: "Guarded", mfa: { serialNumber: DEVICE, code: "123456" } },
					{ name: "Chained", trustedPrincipals: [ROLE, GOV_ROLE] },
				],
			},
		],
	});
});
afterEach(async () => {
	await resetAwsScope();
	prompts = [];
});
afterAll(async () => {
	await hosts[Symbol.asyncDispose]();
});

const code = async (serialNumber: string): Promise<string> => {
	prompts.push(serialNumber);
	return "123456";
};
const gov = (lines = ""): string =>
	`[profile gov]\nregion = us-gov-west-1\nuse_fips_endpoint = true\n${lines}${keysOf(hosts.aws)}`;
const fips = (): string => `[profile fips]\nregion = us-east-1\nuse_fips_endpoint = true\n${keysOf(hosts.aws)}`;
const roleOf = (name: string, lines: string): string =>
	`[profile role]\nrole_arn = ${roleArn(name)}\nsource_profile = keys\n${lines}\n[profile keys]\n${keysOf(hosts.aws)}`;
const temporary = (RoleArn: string, masterCredentials = fromIni({ profile: "gov" })) =>
	fromTemporaryCredentials({ params: { RoleArn }, masterCredentials });
const settingsOf = async ({ config }: { config: DynamoDBClient["config"] }): Promise<string> => {
	const retryMode = typeof config.retryMode === "function" ? await config.retryMode() : config.retryMode;
	return `${await config.maxAttempts()} attempts, ${retryMode}`;
};
/** A call that answers for the settings of a client, which are part of the outcome. */
const settings = (client: () => DynamoDBClient) => async (): Promise<Outcome> => ({
	value: await settingsOf(client()),
});

interface Given {
	readonly situation: string;
	readonly config: () => string;
	readonly environment?: () => Record<string, string>;
	readonly sdk: () => Promise<string | undefined>;
	readonly ours: () => Promise<string | undefined>;
	readonly expected: Outcome;
}

const situations: readonly Given[] = [
	{
		situation: "`use_fips_endpoint`",
		config: fips,
		sdk: () => plainRequest(hosts, { profile: "fips" }),
		ours: () => signerOf(session({ profile: "fips" }).clients.dynamodb().listTables({})),
		expected: { host: "dynamodb-fips.us-east-1.amazonaws.com" },
	},
	{
		situation: "`use_dualstack_endpoint`",
		config: () => `[profile two]\nregion = eu-west-1\nuse_dualstack_endpoint = true\n${keysOf(hosts.aws)}`,
		sdk: () => plainRequest(hosts, { profile: "two" }),
		ours: () => signerOf(session({ profile: "two" }).clients.dynamodb().listTables({})),
		expected: { host: "dynamodb.eu-west-1.api.aws" },
	},
	{
		situation: "`use_fips_endpoint` together with a role",
		config: () => roleOf("Reader", "region = us-east-1\nuse_fips_endpoint = true\n"),
		sdk: () => plainRequest(hosts, { profile: "role" }),
		ours: () => signerOf(session({ profile: "role" }).clients.dynamodb().listTables({})),
		expected: { host: "dynamodb-fips.us-east-1.amazonaws.com", stsHost: "sts-fips.us-east-1.amazonaws.com" },
	},
	{
		situation: "a session's own region and the profile's region",
		config: () => roleOf("Reader", "region = us-west-2\n"),
		sdk: () => plainRequest(hosts, { profile: "role", region: "eu-west-1" }),
		ours: () => signerOf(session({ profile: "role", region: "eu-west-1" }).clients.dynamodb().listTables({})),
		expected: { host: "dynamodb.eu-west-1.amazonaws.com", stsHost: "sts.us-west-2.amazonaws.com" },
	},
	{
		situation: "a session's own region and the default profile's region",
		config: () => `[default]\nregion = us-west-2\n\n${roleOf("Reader", "")}`,
		sdk: () => plainRequest(hosts, { profile: "role", region: "eu-west-1" }),
		ours: () => signerOf(session({ profile: "role", region: "eu-west-1" }).clients.dynamodb().listTables({})),
		expected: { host: "dynamodb.eu-west-1.amazonaws.com", stsHost: "sts.eu-west-1.amazonaws.com" },
	},
	{
		situation: "a client's own option against the profile's",
		config: fips,
		sdk: () => plainRequest(hosts, { profile: "fips", useFipsEndpoint: false }),
		ours: () => signerOf(session({ profile: "fips" }).clients.dynamodb({ useFipsEndpoint: false }).listTables({})),
		expected: { host: "dynamodb.us-east-1.amazonaws.com" },
	},
	{
		situation: "a role assumed from a profile with a region and `use_fips_endpoint`",
		config: () => `[profile gov]\nregion = us-east-1\nuse_fips_endpoint = true\n${keysOf(hosts.aws)}`,
		sdk: () => plainRequest(hosts, { profile: "gov", credentials: temporary(ROLE) }),
		ours: () =>
			signerOf(
				assumeRole({ from: session({ profile: "gov" }), roleArn: ROLE })
					.clients.dynamodb()
					.listTables({}),
			),
		expected: { host: "dynamodb-fips.us-east-1.amazonaws.com", stsHost: "sts-fips.us-east-1.amazonaws.com" },
	},
	{
		situation: "a role assumed from that role",
		config: gov,
		sdk: () =>
			plainRequest(hosts, {
				profile: "gov",
				credentials: temporary(roleArn("Chained", "aws-us-gov"), temporary(GOV_ROLE) as never),
			}),
		ours: () => {
			const from = assumeRole({ from: session({ profile: "gov" }), roleArn: GOV_ROLE });
			const chained = assumeRole({ from, roleArn: roleArn("Chained", "aws-us-gov") });
			return signerOf(chained.clients.dynamodb().listTables({}));
		},
		expected: { host: "dynamodb.us-gov-west-1.amazonaws.com", stsHost: "sts.us-gov-west-1.amazonaws.com" },
	},
	{
		situation: "a role in another partition than the profile's region",
		config: () => `[profile gov]\nregion = us-east-1\n${keysOf(hosts.aws)}`,
		sdk: () => plainRequest(hosts, { region: "us-gov-east-1", profile: "gov", credentials: temporary(GOV_ROLE) }),
		ours: () =>
			signerOf(
				assumeRole({ from: session({ profile: "gov" }), roleArn: GOV_ROLE })
					.clients.dynamodb("us-gov-east-1")
					.listTables({}),
			),
		expected: { host: "dynamodb.us-gov-east-1.amazonaws.com", stsHost: "sts.us-gov-east-1.amazonaws.com" },
	},
	{
		situation: "`mfa_serial`",
		config: () => roleOf("Guarded", `region = us-east-1\nmfa_serial = ${DEVICE}\n`),
		sdk: () =>
			plainRequest(hosts, { profile: "role", credentials: fromIni({ profile: "role", mfaCodeProvider: code }) }),
		ours: () => signerOf(session({ profile: "role", mfa: { code } }).clients.dynamodb().listTables({})),
		expected: { stsHost: "sts.us-east-1.amazonaws.com" },
	},
	{
		situation: "`mfa_serial` and a wrong code",
		config: () => roleOf("Guarded", `region = us-east-1\nmfa_serial = ${DEVICE}\n`),
		sdk: () => {
			const wrong = async (serial: string) => (await code(serial)).replace("1", "2");
			return plainRequest(hosts, {
				profile: "role",
				credentials: fromIni({ profile: "role", mfaCodeProvider: wrong }),
			});
		},
		ours: () => {
			const wrong = async (serial: string) => (await code(serial)).replace("1", "2");
			return signerOf(
				session({ profile: "role", mfa: { code: wrong } })
					.clients.dynamodb()
					.listTables({}),
			);
		},
		expected: { answered: 0 },
	},
	{
		situation: "a pod's token with `AWS_ROLE_SESSION_NAME`",
		config: () => "",
		environment: () => ({ AWS_ROLE_SESSION_NAME: "orders-pod", AWS_REGION: "us-east-1" }),
		sdk: () =>
			plainRequest(hosts, {
				credentials: fromTokenFile({ webIdentityTokenFile: hosts.file("token", "a-token"), roleArn: ROLE }),
			}),
		ours: () => {
			const webIdentityTokenFile = hosts.file("token", "a-token");
			return signerOf(session({ webIdentityTokenFile, roleArn: ROLE }).clients.dynamodb().listTables({}));
		},
		expected: { stsHost: "sts.us-east-1.amazonaws.com" },
	},
];

async function run(call: () => Promise<string | undefined>): Promise<Outcome> {
	prompts = [];
	const outcome = await outcomeOf(hosts, call);
	const named = [...new Set(hosts.names.filter((name) => !/^(?:aws-sdk-js|aws-scope)-/.test(name)))].join(", ");
	const { value: _, ...rest } = outcome;
	return {
		...rest,
		...(prompts.length > 0 && { prompts: prompts.length, value: `prompted for ${prompts[0]}` }),
		...(named !== "" && { value: `session name ${named}` }),
	};
}

test.each(situations)("$situation", async ({ situation, environment, config, sdk, ours, expected }) => {
	hosts.machine(environment?.(), config());
	const plain = await run(sdk);
	configure({ clientDefaults: { requestHandler: hosts.handler } });
	const row: Row = { situation, sdk: plain, ours: await run(ours) };
	rows.push(row);
	expectNoWorse(row);
	expect(row.ours).toMatchObject({ answered: 1, ...expected });
	expect(row.ours).toEqual(row.sdk);
});

test.each([
	["`max_attempts` and `retry_mode`", "max_attempts = 7\nretry_mode = adaptive\n"],
	["neither of them", ""],
])("%s", async (situation, lines) => {
	hosts.machine({}, gov(lines));
	const sdk = await settings(() => new DynamoDBClient({ profile: "gov" }))();
	const from = session({ profile: "gov" });
	const row: Row = { situation, sdk, ours: await settings(() => from.clients.dynamodb())() };
	rows.push(row);
	expect(row.ours).toEqual(sdk);
	const assumed = assumeRole({ from, roleArn: GOV_ROLE });
	expect(await settings(() => assumed.clients.dynamodb())()).toEqual(sdk);
});

test("the table says what was found", async () => {
	const introduction =
		"`test/parity/profiles.test.ts` runs each situation with the SDK alone, which gets the profile, and with a session of that profile, in one process, and writes this page.";
	await expect(page("Profile settings, compared with the SDK", introduction, rows)).toMatchFileSnapshot(
		"../../docs/parity/profiles.md",
	);
});
