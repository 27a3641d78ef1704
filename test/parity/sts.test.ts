/** Which STS endpoint is called, and with which identity: each situation with the SDK alone and with aws-scope, in one process. */

import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials, fromTokenFile } from "@aws-sdk/credential-providers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	type AwsSession,
	accountSessions,
	assumeRole,
	clients,
	configure,
	runInAwsScope,
	session,
} from "../../src/index.js";
import { keysOf, OTHER, OWN, type RealHosts, startRealHosts } from "../helpers/real-hosts.js";
import { outcomeOf, plainRequest, signerOf } from "./asking.js";
import { expectNoWorse, page, type Row } from "./situation.js";

let hosts: RealHosts;
const rows: Row[] = [];
beforeAll(async () => {
	hosts = await startRealHosts();
});
afterEach(resetAwsScope);
afterAll(async () => {
	await hosts[Symbol.asyncDispose]();
});

const role = (partition = "aws"): string => `arn:${partition}:iam::${OTHER}:role/Reader`;
const bare = (partition = "aws"): string =>
	`[profile bare]\nrole_arn = ${role(partition)}\nsource_profile = keys\n\n[profile keys]\n${keysOf(hosts.aws)}`;
const own = (): Record<string, string> => {
	const { accessKeyId, secretAccessKey } = hosts.aws.user(OWN);
	return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
};
const pod = (partition = "aws"): Record<string, string> => ({
	AWS_WEB_IDENTITY_TOKEN_FILE: hosts.file("token", "a-token"),
	AWS_ROLE_ARN: role(partition),
});
const temporary = (partition?: string, clientConfig?: STSClientConfig) =>
	fromTemporaryCredentials({
		params: { RoleArn: role(partition) },
		...(clientConfig && { clientConfig }),
	});

const sdk = (config: Parameters<typeof plainRequest>[1]) => plainRequest(hosts, config);
const sdkWhoami = async (config: STSClientConfig): Promise<string | undefined> =>
	(await new STSClient({ requestHandler: hosts.handler, ...config }).send(new GetCallerIdentityCommand({}))).Arn;

interface Given {
	readonly situation: string;
	readonly environment: () => Record<string, string>;
	readonly config?: () => string;
	readonly sdk: () => Promise<string | undefined>;
	/** Runs with the handler in `clientDefaults`. */
	readonly ours: () => Promise<string | undefined>;
	/** Where AssumeRole must have been asked, by aws-scope. */
	readonly asked: string;
	/** The plain SDK cannot do it, or asks elsewhere. */
	readonly sdkDiffers?: true;
}

const arn = async (of: AwsSession): Promise<string | undefined> => (await of.whoami()).arn;

const ROLE_IN_CN = "role in aws-cn";
const situations: readonly Given[] = [
	{
		situation: "a role, in a process in eu-central-1",
		environment: () => ({ ...own(), AWS_REGION: "eu-central-1" }),
		sdk: () => sdk({ credentials: temporary() }),
		ours: () => signerOf(assumeRole({ roleArn: role() }).clients.dynamodb().listTables({})),
		asked: "sts.eu-central-1.amazonaws.com",
	},
	{
		situation: "a role, when only the client names a region",
		environment: own,
		sdk: () => sdk({ region: "ap-south-1", credentials: temporary() }),
		ours: () => signerOf(assumeRole({ roleArn: role() }).clients.dynamodb("ap-south-1").listTables({})),
		asked: "sts.ap-south-1.amazonaws.com",
	},
	{
		situation: `a ${ROLE_IN_CN}, in a process in eu-central-1`,
		environment: () => ({ ...own(), AWS_REGION: "eu-central-1" }),
		sdk: () => sdk({ region: "cn-northwest-1", credentials: temporary("aws-cn") }),
		ours: () =>
			signerOf(
				assumeRole({ roleArn: role("aws-cn") })
					.clients.dynamodb("cn-northwest-1")
					.listTables({}),
			),
		asked: "sts.cn-northwest-1.amazonaws.com.cn",
	},
	{
		situation: "an account and a region in China, in a scope, in a process in eu-central-1",
		environment: () => ({ ...own(), AWS_REGION: "eu-central-1" }),
		sdk: () => sdk({ region: "cn-north-1", credentials: temporary("aws-cn") }),
		ours: () =>
			runInAwsScope({ account: OTHER, accounts: accountSessions({ role: "Reader" }), region: "cn-north-1" }, () =>
				signerOf(clients.dynamodb().listTables({})),
			),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "an account and a region in China, in a call",
		environment: () => ({ ...own(), AWS_REGION: "eu-central-1" }),
		sdk: () => sdk({ region: "cn-north-1", credentials: temporary("aws-cn") }),
		ours: () => {
			configure({ accounts: accountSessions({ role: "Reader" }) });
			return signerOf(clients.dynamodb({ account: OTHER, region: "cn-north-1" }).listTables({}));
		},
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "a profile with a role but no region, and a session with a region",
		environment: () => ({}),
		config: () => bare("aws-cn"),
		sdk: () => sdk({ profile: "bare", region: "cn-north-1" }),
		ours: () => signerOf(session({ profile: "bare", region: "cn-north-1" }).clients.dynamodb().listTables({})),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "`AWS_PROFILE` names such a profile, and the client names a region",
		environment: () => ({ AWS_PROFILE: "bare" }),
		config: () => bare("aws-cn"),
		sdk: () => sdk({ region: "cn-north-1" }),
		ours: () => signerOf(clients.dynamodb("cn-north-1").listTables({})),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "the same in a process in eu-central-1",
		environment: () => ({ AWS_PROFILE: "bare", AWS_REGION: "eu-central-1" }),
		config: () => bare("aws-cn"),
		sdk: () => sdk({ region: "cn-north-1" }),
		ours: () => signerOf(clients.dynamodb("cn-north-1").listTables({})),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "a role in China, assumed from such a profile",
		environment: () => ({ AWS_PROFILE: "bare" }),
		config: () => bare("aws-cn"),
		sdk: () => sdk({ region: "cn-north-1", credentials: temporary("aws-cn") }),
		ours: () =>
			signerOf(
				assumeRole({ roleArn: role("aws-cn") })
					.clients.dynamodb("cn-north-1")
					.listTables({}),
			),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "`AWS_PROFILE` names such a profile, and `configure()` names the region",
		environment: () => ({ AWS_PROFILE: "bare" }),
		config: () => bare(),
		sdk: () => sdk({ region: "eu-west-1" }),
		ours: () => {
			configure({ region: "eu-west-1" });
			return signerOf(clients.dynamodb().listTables({}));
		},
		asked: "sts.eu-west-1.amazonaws.com",
	},
	{
		situation: "`fromTemporaryCredentials()` passed as the provider, and a client in cn-north-1",
		environment: own,
		sdk: () => sdk({ region: "cn-north-1", credentials: temporary("aws-cn") }),
		ours: () =>
			signerOf(
				session({ credentials: temporary("aws-cn") })
					.clients.dynamodb("cn-north-1")
					.listTables({}),
			),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "the same as a session's credentials, in a client created by hand",
		environment: own,
		sdk: () => sdk({ region: "cn-north-1", credentials: temporary("aws-cn") }),
		ours: () => sdk({ region: "cn-north-1", credentials: session({ credentials: temporary("aws-cn") }).credentials }),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "a pod's token in the environment, and a client in cn-north-1",
		environment: () => pod("aws-cn"),
		sdk: () => sdk({ region: "cn-north-1" }),
		ours: () => signerOf(clients.dynamodb("cn-north-1").listTables({})),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "a pod's token as a session, and a client in ap-south-1",
		environment: () => pod(),
		sdk: () => sdk({ region: "ap-south-1", credentials: fromTokenFile() }),
		ours: () => {
			const { AWS_WEB_IDENTITY_TOKEN_FILE: webIdentityTokenFile = "", AWS_ROLE_ARN: roleArn = "" } = process.env;
			return signerOf(session({ webIdentityTokenFile, roleArn }).clients.dynamodb("ap-south-1").listTables({}));
		},
		asked: "sts.ap-south-1.amazonaws.com",
	},
	{
		situation: "`AWS_USE_FIPS_ENDPOINT`",
		environment: () => ({ ...own(), AWS_REGION: "us-east-1", AWS_USE_FIPS_ENDPOINT: "true" }),
		sdk: () => sdk({ credentials: temporary() }),
		ours: () => signerOf(assumeRole({ roleArn: role() }).clients.dynamodb().listTables({})),
		asked: "sts-fips.us-east-1.amazonaws.com",
	},
	{
		situation: "`AWS_USE_DUALSTACK_ENDPOINT`",
		environment: () => ({ ...own(), AWS_REGION: "us-east-1", AWS_USE_DUALSTACK_ENDPOINT: "true" }),
		sdk: () => sdk({ credentials: temporary() }),
		ours: () => signerOf(assumeRole({ roleArn: role() }).clients.dynamodb().listTables({})),
		asked: "sts.us-east-1.api.aws",
	},
	{
		situation: "FIPS endpoints through client options",
		environment: () => ({ ...own(), AWS_REGION: "us-east-1" }),
		sdk: () => sdk({ useFipsEndpoint: true, credentials: temporary("aws", { useFipsEndpoint: true }) }),
		ours: () => {
			configure({ clientDefaults: { requestHandler: hosts.handler, useFipsEndpoint: true } });
			return signerOf(assumeRole({ roleArn: role() }).clients.dynamodb().listTables({}));
		},
		asked: "sts-fips.us-east-1.amazonaws.com",
	},
	{
		situation: "a custom STS endpoint, with `AWS_USE_FIPS_ENDPOINT`",
		environment: () => ({ ...own(), AWS_REGION: "us-east-1", AWS_USE_FIPS_ENDPOINT: "true" }),
		sdk: () => sdk({ credentials: temporary("aws", { endpoint: "https://sts.example.com" }) }),
		ours: () =>
			signerOf(
				assumeRole({ roleArn: role(), stsEndpoint: "https://sts.example.com" }).clients.dynamodb().listTables({}),
			),
		asked: "sts.example.com",
		sdkDiffers: true,
	},
	{
		situation: "`AWS_ENDPOINT_URL_STS`",
		environment: () => ({ ...own(), AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_STS: "https://sts.example.com" }),
		sdk: () => sdk({ credentials: temporary() }),
		ours: () => signerOf(assumeRole({ roleArn: role() }).clients.dynamodb().listTables({})),
		asked: "sts.example.com",
	},
	{
		situation: "an STS endpoint in the profile's `services`",
		environment: () => ({ AWS_PROFILE: "keys", AWS_REGION: "us-east-1" }),
		config: () =>
			`[profile keys]\nservices = here\n${keysOf(hosts.aws)}\n[services here]\nsts =\n  endpoint_url = https://sts.example.com\n`,
		sdk: () => sdk({ credentials: temporary() }),
		ours: () => signerOf(assumeRole({ roleArn: role() }).clients.dynamodb().listTables({})),
		asked: "sts.example.com",
	},
	{
		situation: `\`whoami()\` of a ${ROLE_IN_CN}, in a process in eu-central-1`,
		environment: () => ({ ...own(), AWS_REGION: "eu-central-1" }),
		sdk: () => sdkWhoami({ region: "cn-north-1", credentials: temporary("aws-cn") }),
		ours: () => arn(assumeRole({ roleArn: role("aws-cn") })),
		asked: "sts.cn-north-1.amazonaws.com.cn",
	},
	{
		situation: "`whoami()` with a custom STS endpoint and `AWS_USE_FIPS_ENDPOINT`",
		environment: () => ({ ...own(), AWS_REGION: "us-east-1", AWS_USE_FIPS_ENDPOINT: "true" }),
		sdk: () => sdkWhoami({ endpoint: "https://sts.example.com" }),
		ours: () => arn(assumeRole({ roleArn: role(), stsEndpoint: "https://sts.example.com" })),
		asked: "sts.example.com",
		sdkDiffers: true,
	},
];

test.each(situations)("$situation", async ({ situation, environment, config, sdk: plain, ours, asked, sdkDiffers }) => {
	hosts.machine(environment(), config?.());
	const sdkOutcome = await outcomeOf(hosts, plain);
	configure({ clientDefaults: { requestHandler: hosts.handler } });
	const ourOutcome = await outcomeOf(hosts, ours);
	expect(ourOutcome).toMatchObject({ answered: 1, stsHost: asked });
	// What is answered by one alone has no calls to compare.
	const { stsCalls: _, ...alone } = ourOutcome;
	const row: Row = { situation, sdk: sdkOutcome, ours: sdkDiffers ? alone : ourOutcome };
	rows.push(row);
	expectNoWorse(row);
	if (sdkDiffers === undefined) expect(row.ours).toEqual(row.sdk);
});

test("the table says what was found", async () => {
	const introduction =
		"`test/parity/sts.test.ts` runs each situation with the SDK alone and with aws-scope, in one process, and writes this page.";
	await expect(page("Which STS endpoint is called, compared with the SDK", introduction, rows)).toMatchFileSnapshot(
		"../../docs/parity/sts.md",
	);
});
