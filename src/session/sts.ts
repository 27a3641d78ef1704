/** The way to STS: one client per caller and region, its own small transport, a bounded number of calls in flight. */

import type { STSClient, STSClientConfig } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { slot } from "../home/home.js";
import { transportFor } from "../transport/transport.js";
import type { Attempt } from "./source.js";

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

/** Signs with whatever credentials the caller put there, so that no call slot is held while a parent refreshes. */
export class StsCaller {
	readonly #place: StsPlace;
	#client: Promise<STSClient> | undefined;
	#signWith: AwsCredentialIdentity | undefined;

	constructor(place: StsPlace) {
		this.#place = place;
	}

	/** The client, signing with these credentials. */
	client(credentials: AwsCredentialIdentity): Promise<STSClient> {
		this.#signWith = credentials;
		this.#client ??= this.#create();
		return this.#client;
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

interface Waiting {
	readonly attempt: Attempt;
	readonly go: () => void;
}

/** At most so many calls at once; those that callers wait for go first; a throttle halves the limit for a while. */
export class CallLimiter {
	#limit = STS_SOCKETS;
	#running = 0;
	readonly #waiting: Waiting[] = [];

	/** Runs `call` when there is room; not at all if its attempt was abandoned meanwhile. */
	async run<T>(attempt: Attempt, call: () => Promise<T>): Promise<T> {
		if (this.#running >= this.#limit) {
			await new Promise<void>((go) => this.#enqueue({ attempt, go }));
		} else {
			this.#running += 1;
		}
		try {
			if (attempt.abandoned) throw new Error("The attempt waited too long for its turn.");
			const result = await call();
			this.#limit = Math.min(this.#limit + 1, STS_SOCKETS);
			return result;
		} finally {
			this.#running -= 1;
			this.#next();
		}
	}

	/** STS said it is too much. */
	throttled(): void {
		this.#limit = Math.max(1, Math.floor(this.#limit / 2));
	}

	#enqueue(entry: Waiting): void {
		const place = entry.attempt.urgent ? this.#waiting.findIndex(({ attempt }) => !attempt.urgent) : -1;
		if (place === -1) this.#waiting.push(entry);
		else this.#waiting.splice(place, 0, entry);
	}

	#next(): void {
		while (this.#running < this.#limit) {
			const next = this.#waiting.shift();
			if (next === undefined) return;
			this.#running += 1;
			next.go();
		}
	}
}

const limiters = slot("sts-limiters", () => new Map<string, CallLimiter>());

/** The limiter of one STS endpoint, shared by every session that calls it. */
export function limiterFor({ region, endpoint }: StsPlace): CallLimiter {
	const key = endpoint ?? region;
	const known = limiters().get(key);
	if (known !== undefined) return known;
	const created = new CallLimiter();
	limiters().set(key, created);
	return created;
}
