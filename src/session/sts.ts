/** The way to STS: a few clients per endpoint, their own small transport, a bounded number of calls in flight. */

import type {
	AssumeRoleCommand,
	AssumeRoleWithWebIdentityCommand,
	STSClient,
	STSClientConfig,
} from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { canonical } from "../home/canonical.js";
import { counters } from "../home/counters.js";
import { digest } from "../home/digest.js";
import { slot } from "../home/home.js";
import { importPackage } from "../home/load.js";
import { now } from "../home/moment.js";
import { settings } from "../home/settings.js";
import { defaultStsRegion } from "./arns.js";
import { CallLimiter } from "./call-limiter.js";
import { isClockSkew, type Signed, signedAt } from "./clock-skew.js";
import type { Attempt, StsPlace } from "./credential-source.js";
import type { StsReply } from "./sts-answer.js";
import { isRejectedKey } from "./sts-errors.js";
import { STS_SOCKETS, stsConfig, stsPatience, stsRegion } from "./sts-place.js";
import { within } from "./wait.js";

/** One flight of credentials from STS makes at most so many attempts. */
export const STS_ATTEMPTS = 3;

/** The calls that give credentials. */
type CredentialCommand = AssumeRoleCommand | AssumeRoleWithWebIdentityCommand;

/** A client that one call at a time uses, signing with what that call brings. */
interface Caller {
	/** What the client was made of. */
	readonly key: string;
	readonly client: STSClient;
	signWith: AwsCredentialIdentity | undefined;
}

/** One place: what bounds the calls to it, and the clients that no call uses now (never more than the bound). */
interface Endpoint {
	readonly limiter: CallLimiter;
	readonly idle: Caller[];
}

const endpoints = slot("sts-endpoints", () => new Map<string, Endpoint>());

function endpointOf({ region = "", endpoint = "" }: StsPlace): Endpoint {
	const key = `${region} ${endpoint}`;
	const known = endpoints().get(key);
	if (known !== undefined) return known;
	const created = { limiter: new CallLimiter(STS_SOCKETS), idle: [] };
	endpoints().set(key, created);
	return created;
}

/** Forgets the STS clients; calls in flight go on. */
export const forgetStsClients = (): void => endpoints().clear();

/** Makes one call when there is room for it; without credentials it goes unsigned. */
export function callSts(
	place: StsPlace,
	attempt: Attempt,
	credentials: AwsCredentialIdentity | undefined,
	command: CredentialCommand,
): Promise<StsReply> {
	const { limiter, idle } = endpointOf(place);
	const { RoleArn: role = "" } = command.input;
	const by = credentials?.accountId ?? credentials?.accessKeyId ?? role;
	return limiter.run(attempt, { role, caller: by }, async () => {
		// With each call, because the settings may have changed.
		const config = stsConfig(place);
		const key = digest(canonical(config));
		const at = idle.findIndex((each) => each.key === key);
		const caller = at < 0 ? await createCaller(key, config) : (idle.splice(at, 1)[0] as Caller);
		caller.signWith = credentials;
		// A request handler of the user's may have no limit of its own, and others wait for the place.
		return within(Math.min(attempt.timeLeft, stsPatience()), "STS", (signal) =>
			send(caller.client, command as AssumeRoleCommand, signal).finally(() => {
				caller.signWith = undefined;
				idle.push(caller);
				if (idle.length > STS_SOCKETS) idle.shift();
			}),
		);
	});
}

async function send(client: STSClient, command: AssumeRoleCommand, abortSignal: AbortSignal): Promise<StsReply> {
	let date: string | undefined;
	let signed: number | undefined;
	command.middlewareStack.add(
		(next) => async (args) => {
			signed = signedAt(args.request as Signed);
			const result = await next(args);
			date = (result.response as { headers?: Record<string, string> }).headers?.["date"];
			return result;
		},
		{ step: "deserialize", name: "awsScopeTimes", priority: "high" },
	);
	const ask = async (): Promise<StsReply> => {
		const asked = now();
		counters().assumeRoleCalls += 1;
		return { answer: await client.send(command, { abortSignal }), date, asked };
	};
	try {
		return await ask();
	} catch (error) {
		// From the refusal the client has learnt how wrong the local clock is.
		if (!isClockSkew(error, signed)) throw error;
		return ask();
	}
}

/** STS's package, on first use. */
export const loadSts = () => importPackage("@aws-sdk/client-sts", () => import("@aws-sdk/client-sts"));

async function createCaller(key: string, config: STSClientConfig): Promise<Caller> {
	const { STSClient } = await loadSts();
	const provider = () => Promise.resolve(caller.signWith as AwsCredentialIdentity);
	const credentials = Object.assign(provider, { memoized: true });
	const caller: Caller = { key, client: new STSClient({ ...config, credentials }), signWith: undefined };
	return caller;
}

/** A session, as far as asking who it is goes. */
interface Asking {
	readonly place: StsPlace;
	readonly credentials: () => Promise<AwsCredentialIdentity>;
	rejected(accessKeyId: string): Promise<boolean>;
}

/** Asks STS whose credentials a session has. */
export async function whoami(session: Asking): Promise<Readonly<Record<"account" | "arn" | "userId", string>>> {
	const { GetCallerIdentityCommand, STSClient } = await loadSts();
	const { place, credentials } = session;
	const region = (await stsRegion(place, undefined)) ?? defaultStsRegion("aws");
	const { clientDefaults } = settings();
	const config = {
		...clientDefaults,
		...stsConfig({ ...place, region }),
		maxAttempts: clientDefaults?.["maxAttempts"],
	};
	const client = new STSClient({ ...config, credentials } as STSClientConfig);
	const { accessKeyId } = await credentials();
	const ask = () => client.send(new GetCallerIdentityCommand({}));
	const {
		Account = "",
		Arn = "",
		UserId = "",
	} = await ask().catch(async (error: unknown) => {
		if (isRejectedKey(error) && (await session.rejected(accessKeyId))) return ask();
		throw error;
	});
	return Object.freeze({ account: Account, arn: Arn, userId: UserId });
}
