/** The two rules of identity that stand at the accessor and at the client: lost scope and strayed client. */

import { LostScopeError, StrayedClientError } from "../errors.js";
import { publish } from "../home/channels.js";
import { counters } from "../home/counters.js";
import { slot } from "../home/home.js";
import { settings } from "../home/settings.js";
import { actsForTenants, belongsTo, currentCell, openCell, type ScopeCell } from "../scope/scope.js";
import type { AwsSession } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

const outside = slot("outside", () => openCell("the process", defaultSession(), undefined));

/** What code outside every scope sees: the default session, until this process has acted for a tenant. */
export function outsideEveryScope(call: string): ScopeCell {
	const { requireScope = actsForTenants() } = settings();
	if (requireScope) {
		throw refused(
			new LostScopeError(
				`${call} was called outside every scope in a process that acts for tenants; run the caller in withAwsScope() or runInAwsScope(), or name a session: ${naming(call)}.`,
			),
		);
	}
	return outside();
}

/**
 * The guard of a client that was obtained without naming a session: it may be used in scopes of its session or inside
 * one, and outside every scope (work after the response), but not in a scope that another tenant alone has entered.
 */
export function strayedClientGuard(call: string, { key, roleArn }: AwsSession): () => void {
	return () => {
		const cell = currentCell();
		if (cell === undefined || belongsTo(cell, key)) return;
		const { strayedClient = "refuse" } = settings();
		if (strayedClient === "allow") return;
		const error = new StrayedClientError(
			`A client of ${roleArn ?? `the session ${key}`}, obtained by ${call}, was used in a scope of ${nameOf(cell)}; call the accessor where the client is used, or name the session: ${naming(call)}.`,
		);
		if (strayedClient === "refuse") throw refused(error);
		process.emitWarning(error.message, { type: error.name, code: error.code });
	};
}

/** The call as it looks when it names a session: `clients.s3({ session })`, `client(S3, { session })`. */
const naming = (call: string): string =>
	call.endsWith("()") ? `${call.slice(0, -1)}{ session })` : `${call.slice(0, -1)}, { session })`;

const nameOf = ({ session }: ScopeCell): string =>
	session === undefined ? "no session yet" : (session.roleArn ?? `the session ${session.key}`);

/** Counts and tells a refusal before it is thrown. */
export function refused<Refusal extends Error & { readonly code: string }>(error: Refusal): Refusal {
	counters().refusals += 1;
	publish("refused", () => ({ code: error.code, message: error.message }));
	return error;
}
