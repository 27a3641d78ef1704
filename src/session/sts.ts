/** The way to STS: one client per caller and region, its own small transport, a bounded number of calls in flight. */

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
import type { Attempt } from "./source.js";
import type { StsAnswer } from "./sts-answer.js";
import { isThrottle } from "./sts-errors.js";

/** Its own pool, so that a data plane at its limit cannot hold up the credentials that it waits for. */
const STS_SOCKETS = 16;
const sockets = { maxSockets: STS_SOCKETS, maxTotalSockets: STS_SOCKETS };

/** The transport of all STS calls; a call that hangs is an error, not a warning. */
export const stsTransport = () =>
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

/** Calls STS at one place, signing with whatever credentials each call brings. */
export class StsCaller {
	readonly #place: StsPlace;
	#client: Promise<STSClient> | undefined;
	/** What the client signs with: put here before each call, so that no call slot is held while a parent refreshes. */
	#signWith: AwsCredentialIdentity | undefined;

	constructor(place: StsPlace) {
		this.#place = place;
	}

	/** Makes one call when there is room for it; gives the answer with the Date header that came with it. */
	call(
		attempt: Attempt,
		credentials: AwsCredentialIdentity | undefined,
		command: CredentialCommand,
	): Promise<{ readonly answer: StsAnswer; readonly date: string | undefined }> {
		const limiter = limiterFor(this.#place);
		return limiter.run(attempt, async () => {
			this.#signWith = credentials;
			this.#client ??= this.#create();
			const client = await this.#client;
			let date: string | undefined;
			(command as AssumeRoleCommand).middlewareStack.add(
				(next) => async (args) => {
					const result = await next(args);
					date = (result.response as { headers?: Record<string, string> }).headers?.["date"];
					return result;
				},
				{ step: "deserialize", name: "awsScopeAnswerDate", priority: "high" },
			);
			counters().assumeRoleCalls += 1;
			try {
				return { answer: await client.send(command as AssumeRoleCommand), date };
			} catch (error) {
				if (isThrottle(error)) limiter.throttled();
				throw error;
			}
		});
	}

	async #create(): Promise<STSClient> {
		const { STSClient } = await import("@aws-sdk/client-sts");
		const { region, endpoint } = this.#place;
		const provider = () => Promise.resolve(this.#signWith as AwsCredentialIdentity);
		const config: STSClientConfig = {
			region,
			maxAttempts: 1,
			requestHandler: stsTransport() as NonNullable<STSClientConfig["requestHandler"]>,
			credentials: Object.assign(provider, { memoized: true }),
		};
		return new STSClient(endpoint === undefined ? config : { ...config, endpoint });
	}
}

const limiters = slot("sts-limiters", () => new Map<string, CallLimiter>());

/** The limiter of one STS endpoint, shared by every session that calls it. */
function limiterFor({ region, endpoint }: StsPlace): CallLimiter {
	const key = endpoint ?? region;
	const known = limiters().get(key);
	if (known !== undefined) return known;
	const created = new CallLimiter(STS_SOCKETS);
	limiters().set(key, created);
	return created;
}
