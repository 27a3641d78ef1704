/** A source of credentials that a test answers by hand, for what no server can time. */

import { now } from "../../src/home/moment.js";
import type { Attempt, CredentialSource, Fetched } from "../../src/session/credential-source.js";
import type { FailureKind } from "../../src/session/refresh-rules.js";

/** What the source is to do with a call. */
export type Answer = "good" | "hang" | Error | Fetched;

export interface FakeSource extends CredentialSource {
	/** Every attempt so far. */
	readonly made: Attempt[];
	/** How the next attempts end. */
	answer: Answer;
	/** Seconds of the next credentials. */
	lifetime: number;
	/** Lets the hanging attempts end, oldest first. */
	readonly hanging: ((answer: Fetched | Error) => void)[];
}

/** Whose credentials they are. */
export const fakeOwner = { key: "fake", account: undefined, roleArn: undefined };

/** Key n comes with secret n and token n. */
export function issue(n: number, seconds: number, expiresAt?: Date): Fetched {
	const since = now();
	return {
		credentials: Object.freeze({
			accessKeyId: `KEY-${n}`,
			secretAccessKey: `secret-${n}`,
			sessionToken: `token-${n}`,
			expiration: expiresAt ?? new Date(since.wall + seconds * 1_000),
		}),
		lifetime: seconds * 1_000,
		since,
	};
}

export function fakeSource({ lifetime = 3_600, patience = 10_000, attempts = 3 } = {}): FakeSource {
	let issued = 0;
	const source: FakeSource = {
		label: "The test's session",
		patience,
		attempts,
		made: [],
		answer: "good",
		lifetime,
		hanging: [],
		async fetch(attempt) {
			source.made.push(attempt);
			const { answer } = source;
			if (answer === "hang") {
				const end = await new Promise<Fetched | Error>((resolve) => void source.hanging.push(resolve));
				if (end instanceof Error) throw end;
				return end;
			}
			if (answer instanceof Error) throw answer;
			if (answer !== "good") return answer;
			issued += 1;
			return issue(issued, source.lifetime);
		},
		classify: (error): FailureKind =>
			error instanceof Error && (error.name === "denied" || error.name === "throttled") ? error.name : "failed",
		explain: (error, kind, next) => Object.assign(new Error(`${kind}, next at ${next}`, { cause: error }), { kind }),
	};
	return source;
}

/** An error that the fake source classifies so. */
export const failing = (kind: FailureKind): Error => Object.assign(new Error("the source is down"), { name: kind });
