/** The rule of the lost scope: once a process acts for tenants, code outside every scope is not taken for its own. */

import { LostScopeError } from "../errors.js";
import { slot } from "../home/home.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";

/** What a new worker thread inherits: https://nodejs.org/api/worker_threads.html#workersetenvironmentdatakey-value */
const INHERITED = "aws-scope/acts-for-tenants";
/** Loaded when first needed: importing the package would have to wait for it. */
const threads = () => process.getBuiltinModule("node:worker_threads");

const history = slot("tenants", () => ({ known: threads().getEnvironmentData(INHERITED) === true }));

/**
 * Notes that this process acts for tenants. That shows before the first of them is known: by `accounts`, by a scope that
 * waits for its identity or cannot be opened, by the call of a spec function. Work that is lost then is not the process's own.
 */
export function rememberTenants(): void {
	if (!history().known) note(true);
}

/** For a fresh start between tests. */
export const forgetTenants = (): void => note(false);

function note(known: boolean): void {
	history().known = known;
	threads().setEnvironmentData(INHERITED, known);
}

/**
 * Refuses a call that is made outside every scope and names no identity, where it might be a tenant's that got lost.
 * @param remedy what to do, as words after the semicolon
 */
export function refuseLost(call: string, remedy = remedyFor(call)): void {
	const { requireScope = history().known } = settings();
	if (!requireScope) return;
	throw refused(
		new LostScopeError(`${call} was called outside every scope in a process that acts for tenants; ${remedy}.`),
	);
}

const remedyFor = (call: string): string =>
	`run the caller in withAwsScope() or runInAwsScope(), or name a session: ${naming(call)}`;

/** A call as it looks when it names a session: `clients.s3({ session })`, `client(S3, { session })`. */
const naming = (call: string): string =>
	call.endsWith("()") ? `${call.slice(0, -1)}{ session })` : `${call.slice(0, -1)}, { session })`;
