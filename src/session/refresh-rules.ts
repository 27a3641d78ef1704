/** The refresh rules as pure functions: when to serve, when to refresh in the background, and when to wait. */

import type { RefreshWindows } from "../home/settings.js";

/** The state of credentials at one moment. All times are in milliseconds. */
export interface Held {
	/** The time left by the larger of wall and monotonic age; `Infinity` if they don't expire. */
	readonly remaining: number;
	/** The time left by monotonic age only, which changing the wall clock doesn't affect. */
	readonly steady: number;
	/** This long before expiry, a background refresh starts. */
	readonly advisory: number;
	/** This long before expiry, callers start to wait briefly for new ones. */
	readonly mandatory: number;
}

/** The state of a session when a caller requests credentials. */
export interface CredentialState {
	readonly held: Held | undefined;
	/** An attempt is running. */
	readonly refreshing: boolean;
	/** The next attempt is not due yet. */
	readonly backingOff: boolean;
}

/**
 * - `serve`: return the current credentials
 * - `serveAndRefresh`: return them and start a background refresh
 * - `waitElseServe`: wait briefly for a refresh, then return the current credentials, which are still valid
 * - `refreshElseServe`: only the wall clock says expired; wait for a refresh, and return them if that fails
 * - `wait`: there are no credentials; wait for an attempt
 * - `fail`: there are no credentials, and the next attempt is not due yet
 */
export type Decision = "serve" | "serveAndRefresh" | "waitElseServe" | "refreshElseServe" | "wait" | "fail";

/** Decides what a caller gets. */
export function decide({ held, refreshing, backingOff }: CredentialState): Decision {
	if (held === undefined || (held.remaining <= 0 && held.steady <= 0)) {
		return backingOff && !refreshing ? "fail" : "wait";
	}
	if (held.remaining > held.advisory) return "serve";
	if (backingOff && !refreshing) return "serve";
	if (held.remaining > held.mandatory) return refreshing ? "serve" : "serveAndRefresh";
	return held.remaining > 0 ? "waitElseServe" : "refreshElseServe";
}

/** When the two refresh windows start, in milliseconds before expiry. */
export interface Windows {
	readonly advisory: number;
	readonly mandatory: number;
}

const MINUTE = 60_000;

/** Computes the windows. `random` in [0, 1) spreads out the refreshes of sessions that were created together. */
export function drawWindows(lifetime: number, random: number, chosen: RefreshWindows = {}): Windows {
	const { advisorySeconds, mandatorySeconds } = chosen;
	const advisory = advisorySeconds === undefined ? Math.min(lifetime / 3, 60 * MINUTE) : advisorySeconds * 1_000;
	const mandatory = mandatorySeconds === undefined ? Math.min(MINUTE, lifetime / 15) : mandatorySeconds * 1_000;
	// With a window as long as the lifetime, every response would be replaced at once.
	return { advisory: Math.min(advisory * (1 + random / 4), lifetime / 2), mandatory };
}

/** The kind of failure, which determines the back-off. */
export type FailureKind = "failed" | "throttled" | "denied";

/** The wait after the n-th failure in a row (from 0), in milliseconds. */
export function backOff(kind: FailureKind, failures: number, usable: boolean, random: number): number {
	const step = 1_000 * 2 ** Math.min(failures, 20);
	// IAM is eventually consistent, so the first denials are remembered only briefly.
	if (kind === "denied") return Math.min(step, MINUTE) * (0.75 + random / 2);
	const cap = usable ? MINUTE : 5_000;
	return Math.min(cap, kind === "throttled" ? step * 5 : step) * (0.5 + random / 2);
}
