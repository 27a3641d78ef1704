/** Targets under way. */

import type { AwsScopeSpec, AwsSession } from "../src/index.js";
import type { Place } from "./limits.js";

/** A target that has not settled. */
export interface Entry<Target> {
	readonly target: Target;
	readonly index: number;
	readonly spec: AwsScopeSpec;
	readonly session: AwsSession;
	readonly place: Place;
	/** Whether its role has been asked for, and has been assumed. */
	role: "unknown" | "asked" | "assumed";
	startedAt: Date;
	start: number;
	attempts: number;
	retries: number;
	/** The last error of STS. */
	cause?: unknown;
}

/** Work on the target starts now. */
export function startNow(entry: Entry<unknown>): void {
	entry.startedAt = new Date();
	entry.start = performance.now();
}

/** How a target ended. */
export type Outcome<Value> =
	| { readonly status: "fulfilled"; readonly value: Value }
	| { readonly status: "rejected" | "denied"; readonly error: unknown };
