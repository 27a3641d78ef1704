/** The way to STS: a few clients per endpoint, their own small transport, a bounded number of calls in flight. */

import type {
	AssumeRoleCommand,
	AssumeRoleWithWebIdentityCommand,
	STSClient,
	STSClientConfig,
} from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { counters } from "../home/counters.js";
import { slot } from "../home/home.js";
import { transportFor } from "../transport/transport.js";
import { CallLimiter } from "./call-limiter.js";
import { isClockSkew, type Signed, signedAt } from "./clock-skew.js";
import { now } from "./moment.js";
import type { Attempt } from "./source.js";
import type { StsReply } from "./sts-answer.js";

/** Its own pool, so that a data plane at its limit cannot hold up the credentials that it waits for. */
const STS_SOCKETS = 16;
const sockets = { maxSockets: STS_SOCKETS };

/** One flight of credentials from STS: at most three attempts, and never older than this (milliseconds). */
export const STS_ATTEMPTS = 3;
export const STS_PATIENCE = 10_000;

/** The transport of all STS calls; a call that hangs is an error, not a warning. */
const stsTransport = () =>
	transportFor({
		connectionTimeout: 2_000,
		requestTimeout: 5_000,
		throwOnRequestTimeout: true,
		httpAgent: sockets,
		httpsAgent: sockets,
	});

/** Where STS is called. */
export interface StsPlace {
	readonly region: string;
	readonly endpoint?: string | undefined;
}

/** The calls that give credentials. */
type CredentialCommand = AssumeRoleCommand | AssumeRoleWithWebIdentityCommand;

/** A client that one call at a time uses, signing with what that call brings. */
interface Caller {
	readonly client: STSClient;
	signWith: AwsCredentialIdentity | undefined;
}

/** One place: what bounds the calls to it, and the clients that no call uses now (never more than the bound). */
interface Endpoint {
	readonly limiter: CallLimiter;
	readonly idle: Caller[];
}

const endpoints = slot("sts-endpoints", () => new Map<string, Endpoint>());

function endpointOf({ region, endpoint = "" }: StsPlace): Endpoint {
	const key = `${region} ${endpoint}`;
	const known = endpoints().get(key);
	if (known !== undefined) return known;
	const created = { limiter: new CallLimiter(STS_SOCKETS), idle: [] };
	endpoints().set(key, created);
	return created;
}

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
		const caller = idle.pop() ?? (await createCaller(place));
		caller.signWith = credentials;
		try {
			return await send(caller.client, command as AssumeRoleCommand);
		} finally {
			caller.signWith = undefined;
			idle.push(caller);
		}
	});
}

async function send(client: STSClient, command: AssumeRoleCommand): Promise<StsReply> {
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
		return { answer: await client.send(command), date, asked };
	};
	try {
		return await ask();
	} catch (error) {
		// From the refusal the client has learnt how wrong the local clock is.
		if (!isClockSkew(error, signed)) throw error;
		return ask();
	}
}

async function createCaller({ region, endpoint }: StsPlace): Promise<Caller> {
	const { STSClient } = await import("@aws-sdk/client-sts");
	const provider = () => Promise.resolve(caller.signWith as AwsCredentialIdentity);
	const config: STSClientConfig = {
		region,
		maxAttempts: 1,
		requestHandler: stsTransport() as NonNullable<STSClientConfig["requestHandler"]>,
		credentials: Object.assign(provider, { memoized: true }),
	};
	const caller: Caller = {
		client: new STSClient(endpoint === undefined ? config : { ...config, endpoint }),
		signWith: undefined,
	};
	return caller;
}
