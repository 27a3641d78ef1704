/** Targets for tests of the order of events, which make no AWS calls. */

import type { FanOutResult } from "../../fan-out/index.js";
import { session } from "../../src/index.js";

/** A target with a number, which acts with keys of its own. */
export interface Numbered {
	readonly id: number;
	readonly session: ReturnType<typeof session>;
	readonly region?: string;
}

/** The n-th target of one of `accounts` accounts. */
export const numbered = (id: number, accounts = Number.POSITIVE_INFINITY): Numbered => ({
	id,
	session: session({
		credentials: {
			accessKeyId: "AKIA",
			secretAccessKey: "secret",
			accountId: String((id % accounts) + 1).padStart(12, "0"),
		},
	}),
});

export const many = (count: number, accounts?: number): Numbered[] =>
	Array.from({ length: count }, (_, id) => numbered(id, accounts));

/** A throttling error as the SDK throws it. */
export const throttling = (): Error =>
	Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } });

/** A promise that only its signal ends, as a request that hangs. */
export const hang = (signal: AbortSignal): Promise<never> =>
	new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

export const ids = (results: readonly FanOutResult<Numbered, unknown>[]): number[] =>
	results.map(({ target }) => target.id);
