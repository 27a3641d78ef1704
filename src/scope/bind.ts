/** Sets the identity of a scope after authentication. */

import { ScopeAlreadyBoundError, ScopeNotOpenError } from "../errors.js";
import { fail } from "../home/check.js";
import { rememberTenants } from "./lost-scope.js";
import { currentCell, giveIdentity } from "./scope.js";
import { type AwsScopeSpec, readSpec, resolveSpec } from "./spec.js";

/**
 * Sets the identity of the current scope, which was opened with `{ bindLater: true }`. A scope can be bound once.
 * @example
 * withAwsScope(async (event) => {
 *   const tenant = await authenticate(event);
 *   bindAwsScope({ account: tenant.account });
 *   return handle(event);
 * }, { bindLater: true, accounts });
 * @throws {ScopeNotOpenError} code `SCOPE_NOT_OPEN`, {@link ScopeAlreadyBoundError} code `ALREADY_BOUND`,
 * {@link InvalidOptionError} code `INVALID_OPTION`, {@link NoAccountSessionsError} code `NO_ACCOUNT_SESSIONS`,
 * {@link TenantNotFoundError} code `TENANT_NOT_FOUND`
 */
export function bindAwsScope(spec: AwsScopeSpec): void {
	rememberTenants();
	const cell = currentCell();
	if (cell === undefined || cell.bindLater === 0) {
		throw new ScopeNotOpenError(
			`bindAwsScope() was called ${cell === undefined ? "outside every scope" : "in a scope that was opened with its identity"}; open one with { bindLater: true } around the caller.`,
		);
	}
	const given = readSpec("bindAwsScope()", spec);
	const { where, named, session, region, accounts, clientDefaults } = resolveSpec(given, cell);
	if (!named || session === undefined) {
		fail(`${where} takes a session, { session } or { account }, not an object without either.`);
	}
	// Checked last, because the user's `accounts` function may have bound the scope itself.
	if (cell.session !== undefined) {
		throw new ScopeAlreadyBoundError(
			`bindAwsScope() was called in a scope that already acts as ${cell.session.roleArn ?? cell.session.key}; open a new scope for another identity.`,
		);
	}
	cell.region = region;
	cell.accounts = accounts;
	cell.clientDefaults = clientDefaults;
	giveIdentity(cell, session);
}
