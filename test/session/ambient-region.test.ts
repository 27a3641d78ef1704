/** The region of the environment and of profiles, and its partition, are what the SDK finds in the same files. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { partition } from "@aws-sdk/core/client";
import fc from "fast-check";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { type AwsSession, assumeRole, client, defaultSession, session } from "../../src/index.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

const CASES = scale(200, 2_000);
const directory = mkdtempSync(join(tmpdir(), "aws-scope-region-"));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(async () => {
	vi.unstubAllEnvs();
	await resetAwsScope();
});

const VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
const HOMES = ["HOME", "USERPROFILE", "HOMEPATH", "HOMEDRIVE"];

interface Found {
	readonly region: string;
	readonly fips: boolean;
	readonly partition: string | undefined;
}

async function find(
	{ config }: Pick<STSClient, "config">,
	ofRegion: (region: string) => string,
): Promise<Found | string> {
	try {
		const region = await config.region();
		return { region, fips: await config.useFipsEndpoint(), partition: ofRegion(region) };
	} catch (error) {
		return (error as Error).message;
	}
}

const bySdk = (config: STSClientConfig) => find(new STSClient(config), (region) => partition(region).name);

const byUs = (of: AwsSession) =>
	find(client(STSClient, { session: of }), () => {
		const { roleArn = "" } = assumeRole({ from: of, account: "111111111111", role: "Reader" });
		return roleArn.split(":")[1] ?? "";
	});

/** Some more often than others. */
const often = <T>(...groups: readonly (readonly [weight: number, values: readonly T[]])[]): fc.Arbitrary<T> =>
	fc.oneof(...groups.map(([weight, values]) => ({ weight, arbitrary: fc.constantFrom(...values) })));

const regions = often(
	[6, ["us-east-1", "eu-central-1", "ap-southeast-5", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"]],
	[2, ["us-iso-east-1", "us-isob-west-1", "us-isof-south-1", "eu-isoe-west-1", "mx-central-1", "xx-newland-1"]],
	[2, ["fips-us-east-1", "us-west-2-fips", "fips-dkr-us-gov-west-1", "aws-global", "aws-cn-global", "fips-aws-global"]],
	[1, ["EU-WEST-1", "eu west 1", "-", '"eu-west-1"', "eu-west-1;x", "eu=west", "\u00e9"]],
);
/** Few, so that sections, files and the environment meet often. */
const names = often([12, ["default", "a"]], [1, ["b", "a.b", "sso-session.a", "plugins.a", "profile.a", "a b"]]);
const gaps = often([3, [""]], [1, [" ", "  ", "\t", "\u00a0"]]);

const heading = fc
	.tuple(
		often([8, ["profile ", ""]], [1, ["profile\t", "profile  ", "sso-session ", "services ", "plugins ", "profile."]]),
		names,
	)
	.chain(([prefix, name]) =>
		often(
			[8, [`[${prefix}${name}]`]],
			[1, [`[${prefix}"${name}"]`, `[${prefix}'${name}']`, `[ ${prefix}${name} ]`, ` [${prefix}${name}]`]],
			[1, [`[${prefix}${name}] # why`, `[${prefix}${name}]#why`, `[${prefix}${name}] ; why`]],
			[1, [`[${prefix}${name}`, "[]", "[", "]"]],
		),
	);
const setting = fc
	.tuple(gaps, often([4, ["region"]], [1, ["Region", "output", "s3", "region.x"]]), gaps, gaps, regions)
	.chain(([indent, name, before, after, value]) =>
		often(
			[8, [`${indent}${name}${before}=${after}${value}`]],
			[1, [`${indent}${name}${before}=${after}`]],
			[1, [`${indent}${name} = ${value} # why`, `${indent}${name}=${value}#why`, `${indent}${name} = ${value} ; why`]],
			[1, [`${indent}# ${name} = ${value}`, `${indent};${name} = ${value}`]],
			[1, [`${indent}${name} ${value}`, `= ${value}`, `${name} == ${value}`]],
		),
	);
const line = fc.oneof(
	{ weight: 4, arbitrary: heading },
	{ weight: 6, arbitrary: setting },
	{ weight: 1, arbitrary: fc.constantFrom("", " ", "#", "nonsense", "region") },
);
const file = fc
	.tuple(
		often([20, [""]], [1, ["\ufeff", "[profile __proto__]\n"]]),
		heading,
		fc.array(line, { minLength: 1, maxLength: 12 }),
		often([3, ["\n"]], [1, ["\r\n", "\r"]]),
	)
	.map(([start, first, lines, end]) => start + [first, ...lines].join(end));

/** Where a file lies, and what its variable says of it. */
const place = often([6, ["named", "home"]], [1, ["home, and the variable is empty", "tilde"]], [1, ["missing"]]);

interface Given {
	readonly config: string;
	readonly credentials: string;
	readonly configAt: string;
	readonly credentialsAt: string;
	/** Both variables name the config file. */
	readonly asOneFile: boolean;
	readonly homeBy: string;
	readonly region: string | undefined;
	readonly profile: string | undefined;
	readonly named: string;
}
const situation: fc.Arbitrary<Given> = fc.record({
	config: file,
	credentials: file,
	configAt: place,
	credentialsAt: place,
	asOneFile: often([9, [false]], [1, [true]]),
	homeBy: often([3, ["HOME"]], [1, ["USERPROFILE", "HOMEPATH"]]),
	region: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, regions, fc.constantFrom("", " ", " eu-west-1")),
	profile: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: names }, fc.constant("")),
	named: names,
});

let cases = 0;

function arrange(given: Given): void {
	cases += 1;
	const home = join(directory, String(cases));
	mkdirSync(join(home, ".aws"), { recursive: true });
	for (const name of [...VARIABLES, ...HOMES]) vi.stubEnv(name, undefined);
	vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
	vi.stubEnv("AWS_DEFAULT_REGION", "sa-east-1");
	vi.stubEnv("AWS_REGION", given.region);
	vi.stubEnv("AWS_PROFILE", given.profile);
	vi.stubEnv(given.homeBy, home);
	if (given.homeBy === "HOMEPATH") vi.stubEnv("HOMEDRIVE", "");
	const put = (variable: string, usual: string, at: string, content: string): void => {
		const path = at.startsWith("home") ? join(home, ".aws", usual) : join(home, `my-${usual}`);
		if (at !== "missing") writeFileSync(path, content);
		if (at === "home, and the variable is empty") vi.stubEnv(variable, "");
		if (at === "named" || at === "missing") vi.stubEnv(variable, path);
		if (at === "tilde") vi.stubEnv(variable, `~/my-${usual}`);
	};
	put("AWS_CONFIG_FILE", "config", given.configAt, given.config);
	put("AWS_SHARED_CREDENTIALS_FILE", "credentials", given.credentialsAt, given.credentials);
	if (given.asOneFile) vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", process.env["AWS_CONFIG_FILE"]);
}

test(`${CASES} environments and files: region and partition are the SDK's, of the default session and of a profile`, async () => {
	const seed = runSeed() | 0;
	let found = 0;
	await fc.assert(
		fc.asyncProperty(situation, async (given) => {
			// First, so that a case that fails leaves nothing to those that shrink it.
			await resetAwsScope();
			arrange(given);
			const own = await byUs(defaultSession());
			const ofProfile = await byUs(session({ profile: given.named }));
			const sdk = await bySdk({});
			expect(own).toEqual(sdk);
			expect(ofProfile).toEqual(await bySdk({ profile: given.named }));
			found += Number(typeof sdk === "object");
		}),
		{ numRuns: CASES, seed },
	);
	console.log(`${CASES} environments and files (seed ${seed}): 0 disagreements; ${found} of them had a region.`);
}, 120_000);
