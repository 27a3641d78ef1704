/** The two rules of identity that stand at the accessor and at the client: lost scope and strayed client. */

import { StrayedClientError } from "../errors.js";
import { slot } from "../home/home.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";
import { refuseLost } from "../scope/lost-scope.js";
import { belongsTo, currentCell, openCell, type ScopeCell } from "../scope/scope.js";
import type { AwsSession } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

/** What code outside every scope sees if nothing forbids it: the default session. */
export const outside = slot("outside", () => openCell("the process", defaultSession(), undefined));

/** What code outside every scope sees: the default session, until this process has acted for a tenant. */
export function outsideEveryScope(call: string): ScopeCell {
	refuseLost(call);
	return outside();
}

/**
 * The guard of a client that was obtained without naming a session: it may be used in scopes of its session or inside
 * one, and outside every scope (work after the response), but not in a scope that another tenant alone has entered.
 */
export function strayedClientGuard(className: string, session: AwsSession): () => void {
	return () => {
		const cell = currentCell();
		if (cell === undefined || belongsTo(cell, session.key)) return;
		const { strayedClient = "refuse" } = settings();
		if (strayedClient === "allow") return;
		const error = new StrayedClientError(
			`The ${className} client of ${nameOf(session)} was used in a scope of ${otherThan(session, cell)}; call the accessor inside that scope instead of keeping the client.`,
		);
		if (strayedClient === "refuse") throw refused(error, session);
		process.emitWarning(error.message, { type: error.name, code: error.code });
	};
}

/** The scope's session, told apart from one that may act as the same role. */
function otherThan(own: AwsSession, { session }: ScopeCell): string {
	if (session === undefined) return "no session yet";
	if (session.roleArn === undefined || session.roleArn !== own.roleArn) return nameOf(session);
	return `the same role that differs in ${own.differencesFrom(session)}`;
}

const nameOf = ({ key, roleArn }: AwsSession): string =>
	roleArn ?? (key === "default" ? "the default session" : `the session ${key}`);
