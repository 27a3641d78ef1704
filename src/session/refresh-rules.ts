/** The pure rules of refresh: when to serve, when to refresh behind the caller's back, when to wait. No I/O, clock or random. */

import type { RefreshWindows } from "../home/settings.js";

/** Credentials at hand, judged at one moment; all times in milliseconds. */
export interface Held {
	/** Time left by the larger of wall and monotonic age; `Infinity` for credentials that do not expire. */
	readonly remaining: number;
	/** Time left by monotonic age alone: what a step of the wall clock cannot change. */
	readonly steady: number;
	/** From so long before expiry they are refreshed while they are served. */
	readonly advisory: number;
	/** From so long before expiry callers wait a little for the new ones. */
	readonly mandatory: number;
}

/** What a session knows when it is asked for credentials. */
export interface CredentialState {
	readonly held: Held | undefined;
	/** An attempt is under way. */
	readonly refreshing: boolean;
	/** A failed attempt asks for patience. */
	readonly backingOff: boolean;
}

/**
 * - `serve`: hand out what is held
 * - `serveAndRefresh`: hand it out and start a refresh that nobody waits for
 * - `waitElseServe`: wait briefly for a refresh, then hand out what is held, still valid
 * - `refreshElseServe`: only the wall clock says expired; wait for a refresh, and serve what is held if that fails
 * - `wait`: nothing to hand out; wait for an attempt
 * - `fail`: nothing to hand out, and the next attempt is not due yet
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

/** Where the two windows of one credential begin, in milliseconds before expiry. */
export interface Windows {
	readonly advisory: number;
	readonly mandatory: number;
}

const MINUTE = 60_000;

/** Draws the windows for a lifetime; `random` in [0, 1) spreads the refreshes of sessions that were issued together. */
export function drawWindows(lifetime: number, random: number, chosen: RefreshWindows = {}): Windows {
	const { advisorySeconds, mandatorySeconds } = chosen;
	const advisory = advisorySeconds === undefined ? Math.min(lifetime / 3, 60 * MINUTE) : advisorySeconds * 1_000;
	const mandatory = mandatorySeconds === undefined ? Math.min(MINUTE, lifetime / 15) : mandatorySeconds * 1_000;
	// A window as long as the lifetime would have every answer replaced at once.
	return { advisory: Math.min(advisory * (1 + random / 4), lifetime / 2), mandatory };
}

/** How an attempt failed, as far as the wait before the next one goes. */
export type FailureKind = "failed" | "throttled" | "denied";

/** The wait after the n-th failure in a row (from 0), in milliseconds. */
export function backOff(kind: FailureKind, failures: number, usable: boolean, random: number): number {
	const step = 1_000 * 2 ** Math.min(failures, 20);
	// IAM is eventually consistent: a denial is forgotten soon at first.
	if (kind === "denied") return Math.min(step, MINUTE) * (0.75 + random / 2);
	const cap = usable ? MINUTE : 5_000;
	return Math.min(cap, kind === "throttled" ? step * 5 : step) * (0.5 + random / 2);
}
