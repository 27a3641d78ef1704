/** Calls STS, with a few clients per endpoint, a small transport of their own and a limit on concurrent calls. */

import type {
	AssumeRoleCommand,
	AssumeRoleWithWebIdentityCommand,
	STSClient,
	STSClientConfig,
} from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { counters } from "../home/counters.js";
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

/** The maximum number of calls per attempt to get credentials. */
export const STS_ATTEMPTS = 3;

/** The commands that return credentials. */
type CredentialCommand = AssumeRoleCommand | AssumeRoleWithWebIdentityCommand;

/** A client for one call at a time, which signs with that call's credentials. */
interface Caller {
	/** The client's options. */
	readonly config: STSClientConfig;
	readonly client: STSClient;
	signWith: AwsCredentialIdentity | undefined;
}

/** An STS endpoint: its call limiter, and its idle clients, at most as many as the limit. */
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

/** Drops the STS clients. Calls in flight continue. */
export const forgetStsClients = (): void => endpoints().clear();

/** Makes a call when there is a free slot. Without credentials, it is unsigned. */
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
		// Computed for each call, because the settings may have changed.
		const config = stsConfig(place);
		const at = idle.findIndex((each) => isSame(each.config, config));
		const caller = at < 0 ? await createCaller(config) : (idle.splice(at, 1)[0] as Caller);
		caller.signWith = credentials;
		// The user's request handler may have no timeout, and other calls wait for the slot.
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
		// The client has corrected its time from the error response.
		if (!isClockSkew(error, signed)) throw error;
		return ask();
	}
}

/** Loads the STS package on first use. */
export const loadSts = () => importPackage("@aws-sdk/client-sts", () => import("@aws-sdk/client-sts"));

/** Whether two configs of {@link stsConfig}, which have the same members, have the same values. */
const isSame = (one: STSClientConfig, other: STSClientConfig): boolean =>
	(Object.keys(one) as (keyof STSClientConfig)[]).every((name) => one[name] === other[name]);

async function createCaller(config: STSClientConfig): Promise<Caller> {
	const { STSClient } = await loadSts();
	const provider = () => Promise.resolve(caller.signWith as AwsCredentialIdentity);
	const credentials = Object.assign(provider, { memoized: true });
	const caller: Caller = { config, client: new STSClient({ ...config, credentials }), signWith: undefined };
	return caller;
}

/** The part of a session that `whoami()` needs. */
interface Asking {
	readonly place: StsPlace;
	readonly credentials: () => Promise<AwsCredentialIdentity>;
	rejected(accessKeyId: string): Promise<boolean>;
}

/** Calls GetCallerIdentity with a session's credentials. */
export async function whoami(session: Asking): Promise<Readonly<Record<"account" | "arn" | "userId", string>>> {
	const { GetCallerIdentityCommand, STSClient } = await loadSts();
	const { place, credentials } = session;
	const region = (await stsRegion(place, undefined)) ?? defaultStsRegion("aws");
	// Of the client defaults only what cannot change who signs.
	const { endpoint, logger, maxAttempts } = settings().clientDefaults ?? {};
	const config = { endpoint, logger, ...stsConfig({ ...place, region }), maxAttempts };
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
