/** Keys that change, that a provider remembers, that look expired, or that nobody can get: the SDK beside aws-scope. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import type { LocalAwsOptions } from "../../local-aws/index.js";
import { type AwsSession, assumeRole, client, defaultSession, session } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { scale } from "../helpers/scale.js";
import { HOUR, MINUTE, SECOND } from "../helpers/time.js";
import { account, OWN, roleArn, startWorld, type World } from "../session/world.js";
import { expectNoWorse, type Outcome, page, type Row } from "./situation.js";

const directory = mkdtempSync(join(tmpdir(), "aws-scope-parity-"));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

type Credentials = AwsCredentialIdentity | AwsCredentialIdentityProvider;
/** How one side sends a request; gives the account that the server saw. */
type Send = () => Promise<string | undefined>;

interface Side {
	readonly name: "sdk" | "ours";
	/** A client with these credentials; without any, a new client of the default chain for each request. */
	with(world: World, credentials?: Credentials): Send;
}

const SIDES: readonly Side[] = [
	{
		name: "sdk",
		with(_world, credentials) {
			const make = () => new DynamoDBClient({ maxAttempts: 2, ...(credentials && { credentials }) });
			const kept = credentials && make();
			return async () => (await (kept ?? make()).send(new ListTablesCommand({}))).TableNames?.[0];
		},
	},
	{
		name: "ours",
		with: (_world, credentials) => sender(credentials === undefined ? defaultSession() : session({ credentials })),
	},
];

const sender =
	(of: AwsSession): Send =>
	async () =>
		(await client(DynamoDBClient, { session: of, maxAttempts: 2 }).send(new ListTablesCommand({}))).TableNames?.[0];

/** So many requests, one after the other, and what became of them. */
async function send(request: Send, count: number, between: () => Promise<void> = async () => {}): Promise<Outcome> {
	let [answered, failed] = [0, 0];
	const identities = new Set<string>();
	for (let n = 0; n < count; n += 1) {
		await request().then(
			(identity = "") => {
				answered += 1;
				identities.add(identity);
			},
			() => {
				failed += 1;
			},
		);
		await between();
	}
	return { answered, failed, ...(identities.size === 1 && { identity: [...identities][0] as string }) };
}

/** Every situation; each is run in a world of its own for either side. */
const SITUATIONS: {
	name: string;
	run(side: Side, world: World): Promise<Outcome>;
	options?: Partial<LocalAwsOptions>;
}[] = [];

function situation(
	name: string,
	run: (side: Side, world: World) => Promise<Outcome>,
	options: Partial<LocalAwsOptions> = {},
) {
	SITUATIONS.push({ name, run, options });
}

/** The default chain finds this file alone; each side has one of its own, for the SDK remembers files by name. */
function useFile(side: Side, text: string): string {
	const file = join(directory, `${SITUATIONS.length}-${Math.random()}-${side.name}`);
	writeFileSync(file, text);
	vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
	vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file);
	return file;
}

const keysOf = ({ aws }: World, id: string): string => {
	const { accessKeyId, secretAccessKey } = aws.user(id);
	return `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
};

situation(
	"the credentials file is rewritten and the old key stops working; 10 requests, each from a new client",
	async (side, world) => {
		const file = useFile(side, keysOf(world, OWN));
		const request = side.with(world);
		await request();
		await world.time.advance(MINUTE);
		writeFileSync(file, keysOf(world, account(0)));
		world.aws.revoke(world.aws.user(OWN).accessKeyId);
		return send(request, 10);
	},
);

situation("the same, and a role that was assumed with the old key is refreshed", async (side, world) => {
	const file = useFile(side, keysOf(world, OWN));
	const params = { RoleArn: roleArn(1), RoleSessionName: "parity" };
	const request =
		side.name === "sdk"
			? side.with(world, fromTemporaryCredentials({ params, clientConfig: { region: "us-east-1" } }))
			: sender(assumeRole({ roleArn: roleArn(1) }));
	await request();
	writeFileSync(file, keysOf(world, account(0)));
	world.aws.revoke(world.aws.user(OWN).accessKeyId);
	await world.time.advance(61 * MINUTE);
	return send(request, 10);
});

situation("the environment's keys are rotated: a new SDK client; `invalidate()`", async (side, world) => {
	const request = side.with(world);
	await request();
	const { accessKeyId, secretAccessKey } = world.aws.user(account(0));
	vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
	world.aws.revoke(world.aws.user(OWN).accessKeyId);
	if (side.name === "ours") defaultSession().invalidate();
	return send(request, 10);
});

situation(
	"a role's trust policy is fixed after a denial: the next request; after `invalidate()`",
	async (side, world) => {
		const denied = world.aws.fail({ service: "sts", kind: "error", status: 403, code: "AccessDenied" });
		const params = { RoleArn: roleArn(0), RoleSessionName: "parity" };
		const role = assumeRole({ roleArn: roleArn(0) });
		const request =
			side.name === "sdk"
				? side.with(world, fromTemporaryCredentials({ params, clientConfig: { region: "us-east-1" } }))
				: sender(role);
		await failure(request());
		denied[Symbol.dispose]();
		role.invalidate();
		return send(request, 1);
	},
);

/** Keys of 20 s that STS issued, as some service of one's own would give them. */
async function issue({ aws, time }: World): Promise<AwsCredentialIdentity> {
	const sts = new STSClient({ credentials: aws.user(OWN), maxAttempts: 1 });
	const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn(0), RoleSessionName: "own" }));
	expect(keys?.Expiration?.getTime()).toBeGreaterThan(time.aws());
	const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = keys ?? {};
	return {
		accessKeyId: AccessKeyId,
		secretAccessKey: SecretAccessKey,
		sessionToken: SessionToken,
		expiration: Expiration as Date,
	};
}

/**
 * A provider that gives what it has until so long before its expiry, and what it has while its service is down; the
 * service is down for 1 to 3 s, so long after (or before) each expiry.
 */
const caching = (world: World, early: number, downFrom: number): AwsCredentialIdentityProvider => {
	let kept: AwsCredentialIdentity | undefined;
	let rotations = 0;
	return async () => {
		const ends = kept?.expiration?.getTime() ?? 0;
		const left = ends - Date.now();
		if (kept !== undefined && left > early) return kept;
		const down = (1 + (rotations % 3)) * SECOND;
		const since = -left - downFrom;
		if (kept !== undefined && since >= 0 && since < down) {
			if (left > 0) return kept;
			throw new Error("The service is down.");
		}
		rotations += 1;
		kept = await issue(world);
		return kept;
	};
};

/** The page shows what becomes of 250. */
const REQUESTS = scale(60, 250);
const SHORT = { credentialLifetime: { overrideSeconds: 20 } };
const tick = (world: World) => () => world.time.advance(400);

situation(
	"a provider that caches 20 s keys until they expire; 250 requests in 100 s",
	(side, world) => send(side.with(world, caching(world, 0, Number.POSITIVE_INFINITY)), REQUESTS, tick(world)),
	SHORT,
);
situation(
	"the same with a client created by hand and a session's `credentials`",
	({ name }, world) => {
		const provider = caching(world, 0, Number.POSITIVE_INFINITY);
		const credentials = name === "sdk" ? provider : session({ credentials: provider }).credentials;
		return send((SIDES[0] as Side).with(world, credentials), REQUESTS, tick(world));
	},
	SHORT,
);
situation(
	"a provider that renews 20 s keys 3 s early, while its service is down for 1 to 3 s each time",
	(side, world) => send(side.with(world, caching(world, 3 * SECOND, -3 * SECOND)), REQUESTS, tick(world)),
	SHORT,
);
situation(
	"a provider that caches 20 s keys, while its service is down for 1 to 3 s after each expiry",
	(side, world) => send(side.with(world, caching(world, 0, 0)), REQUESTS, tick(world)),
	SHORT,
);

/** 70 minutes fast: keys of an hour look as if they had expired 10 minutes ago. */
const FAST = 70 * MINUTE;

/** Lets time pass for the SDK's wait before it signs again with the right time. */
const driven =
	({ time }: World, request: Send): Send =>
	async () => {
		let pending = true;
		const end = () => {
			pending = false;
		};
		const answer = request();
		answer.then(end, end);
		while (pending) await time.advance(10);
		return answer;
	};

situation("a clock 70 minutes fast, static keys with an expiration; 10 requests", async (side, world) => {
	world.time.stepWall(FAST);
	const given = { ...world.aws.user(account(0)), expiration: new Date(world.time.aws() + HOUR) };
	return send(driven(world, side.with(world, given)), 10);
});
situation("a clock 70 minutes fast, environment keys with `AWS_CREDENTIAL_EXPIRATION`", async (side, world) => {
	world.time.stepWall(FAST);
	vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", new Date(world.time.aws() + HOUR).toISOString());
	return send(driven(world, side.with(world)), 10);
});
situation("a clock 70 minutes fast, `fromTemporaryCredentials` passed as the provider", async (side, world) => {
	world.time.stepWall(FAST);
	const params = { RoleArn: roleArn(0), RoleSessionName: "parity" };
	const given = fromTemporaryCredentials({ params, clientConfig: { region: "us-east-1" } });
	const outcome = await send(driven(world, side.with(world, given)), 10);
	return { ...outcome, stsCalls: world.aws.stats().assumeRole.succeeded };
});

situation("an in-memory provider returns a different key on each call; 20 concurrent requests", async (side, world) => {
	let asked = 0;
	const request = side.with(world, async () => {
		asked += 1;
		const { accessKeyId, secretAccessKey } = world.aws.user(account(asked % 2));
		return { accessKeyId, secretAccessKey, expiration: new Date(Date.now() + 50) };
	});
	const answers = await Promise.allSettled(Array.from({ length: 20 }, request));
	const answered = answers.filter(({ status }) => status === "fulfilled").length;
	return { answered, failed: answers.length - answered };
});

situation("a wrong MFA code, `fromIni({ mfaCodeProvider })`; one request", async (side, world) => {
	const file = useFile(side, keysOf(world, OWN));
	const profile = `[profile person]\nrole_arn = ${roleArn(0)}\nsource_profile = default\nmfa_serial = phone\n`;
	writeFileSync(`${file}.config`, profile);
	let prompts = 0;
	const mfaCodeProvider = async () => {
		prompts += 1;
		return "000000";
	};
	using _ = world.aws.fail({ service: "sts", kind: "error", status: 403, code: "AccessDenied" });
	const files = { filepath: file, configFilepath: `${file}.config` };
	const outcome = await send(side.with(world, fromIni({ profile: "person", mfaCodeProvider, ...files })), 1);
	return { ...outcome, prompts };
});

/** A program that says that it ran, and fails. */
function failingProgram(file: string): { text: string; runs(): number } {
	const script = `require('fs').appendFileSync('${file}.runs', '.'); process.exit(1)`;
	return {
		text: `credential_process = "${process.execPath}" -e "${script}"\n`,
		runs: () => (existsSync(`${file}.runs`) ? readFileSync(`${file}.runs`, "utf8").length : 0),
	};
}

situation("a failing `credential_process` of a named profile; one request", async (side, world) => {
	const file = useFile(side, "");
	const program = failingProgram(file);
	writeFileSync(file, `[named]\n${program.text}`);
	const request =
		side.name === "sdk" ? side.with(world, fromIni({ profile: "named" })) : sender(session({ profile: "named" }));
	return { ...(await send(request, 1)), runs: program.runs() };
});
situation("a failing `credential_process` of the default profile; one request", async (side, world) => {
	const file = useFile(side, "");
	const program = failingProgram(file);
	writeFileSync(file, `[default]\n${program.text}`);
	return { ...(await send(side.with(world), 1)), runs: program.runs() };
});

situation("a URL presigned for a week with a session token of unknown expiry, as in Lambda", async (side, world) => {
	const { accessKeyId, secretAccessKey, sessionToken = "" } = await issue(world);
	vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
	vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
	vi.stubEnv("AWS_SESSION_TOKEN", sessionToken);
	const expiresIn = 7 * 24 * 3_600;
	if (side.name === "ours") {
		const error = await failure(defaultSession().credentials({ minTtl: expiresIn }));
		return { value: `throws \`${(error as { code?: string }).code}\` before it is signed` };
	}
	const url = await getSignedUrl(
		new S3Client({ forcePathStyle: true }),
		new GetObjectCommand({ Bucket: "b", Key: "k" }),
		{ expiresIn },
	);
	await world.time.advance(61 * MINUTE);
	return { value: (await fetch(url)).ok ? "the URL works" : "the URL is rejected after an hour" };
});

const rows: Row[] = [];

test.each(SITUATIONS)("$name: no worse than the SDK", async ({ name, run, options }) => {
	const outcomes: Partial<Record<Side["name"], Outcome>> = {};
	for (const side of SIDES) {
		await using world = await startWorld(3, options, { hurry: true });
		outcomes[side.name] = await run(side, world);
		vi.unstubAllEnvs();
	}
	const row = { situation: name, sdk: outcomes.sdk ?? {}, ours: outcomes.ours ?? {} };
	rows.push(row);
	expectNoWorse(row);
	if (row.ours.failed !== undefined && row.sdk.failed === 0) expect(row.ours.failed).toBe(0);
});

test.each(scale([], ["docs/parity/keys.md"]))("the table in %s says what was found", async (file) => {
	const introduction =
		"Keys that change while the process runs, that a provider caches, that look expired, or that are unavailable.\n`test/parity/keys.test.ts` runs each situation with the SDK alone and with aws-scope, and writes this table.";
	await expect(page("Keys that change", introduction, rows)).toMatchFileSnapshot(`../../${file}`);
});
