/** Once a process acts for tenants, calls outside every scope are refused: such code has most likely lost its tenant. */

import { LostScopeError } from "../errors.js";
import { slot } from "../home/home.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";

/** Worker threads inherit this: https://nodejs.org/api/worker_threads.html#workersetenvironmentdatakey-value */
const INHERITED = "aws-scope/acts-for-tenants";
/** Loaded on first use, which keeps the import of the package fast. */
const threads = () => process.getBuiltinModule("node:worker_threads");

const history = slot("tenants", () => ({ known: threads().getEnvironmentData(INHERITED) === true }));

/**
 * Records that this process acts for tenants. Called even before a tenant is known: for `accounts`, for a scope with
 * `bindLater`, for a scope that fails to open and for a spec function.
 */
export function rememberTenants(): void {
	if (!history().known) note(true);
}

/** Resets the state between tests. */
export const forgetTenants = (): void => note(false);

function note(known: boolean): void {
	history().known = known;
	threads().setEnvironmentData(INHERITED, known);
}

/** Whether calls outside every scope are refused. */
export function requiresScope(): boolean {
	const { requireScope = history().known } = settings();
	return requireScope;
}

/**
 * Refuses a call that is made outside every scope and names no identity, if it may have lost its tenant.
 * @param remedy how to fix it: the part of the error after the semicolon
 */
export function refuseLost(call: string, remedy = remedyFor(call)): void {
	if (!requiresScope()) return;
	throw refused(
		new LostScopeError(`${call} was called outside every scope in a process that acts for tenants; ${remedy}.`),
	);
}

const remedyFor = (call: string): string =>
	`run the caller in withAwsScope() or runInAwsScope(), or name a session: ${naming(call)}`;

/** The same call with a session: `clients.s3({ session })`, `client(S3, { session })`. */
const naming = (call: string): string =>
	call.endsWith("()") ? `${call.slice(0, -1)}{ session })` : `${call.slice(0, -1)}, { session })`;
