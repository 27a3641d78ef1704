/** The two rules of identity that stand at the accessor and at the client: lost scope and strayed client. */

import { StrayedClientError } from "../errors.js";
import { slot } from "../home/home.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";
import { naming, refuseLost } from "../scope/lost.js";
import { belongsTo, currentCell, openCell, type ScopeCell } from "../scope/scope.js";
import type { AwsSession } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

const outside = slot("outside", () => openCell("the process", defaultSession(), undefined));

/** What code outside every scope sees: the default session, until this process has acted for a tenant. */
export function outsideEveryScope(call: string): ScopeCell {
	refuseLost(call);
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

const nameOf = ({ session }: ScopeCell): string =>
	session === undefined ? "no session yet" : (session.roleArn ?? `the session ${session.key}`);
