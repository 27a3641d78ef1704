/** The rules for calls outside every scope and for strayed clients. */

import { StrayedClientError } from "../errors.js";
import { slot } from "../home/home.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";
import { refuseLost, requiresScope } from "../scope/lost-scope.js";
import { belongsTo, currentCell, openCell, type ScopeCell } from "../scope/scope.js";
import type { AwsSession } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

/** The scope of code outside every scope: the default session. */
export const outside = slot("outside", () => openCell("the process", defaultSession(), undefined));

/** Returns that scope, unless this process acts for tenants. */
export function outsideEveryScope(call: string, remedy?: string): ScopeCell {
	refuseLost(call, remedy);
	return outside();
}

/** Whether an accessor that names no session would be refused here. Unlike the refusal, the question is not counted. */
export function isRefused(): boolean {
	const cell = currentCell();
	return cell === undefined ? requiresScope() : cell.session === undefined;
}

/**
 * The guard of a scoped client. It may be used in scopes of its session, in scopes nested in these, and outside every scope,
 * because work after the response needs that. In any other scope it throws.
 */
export function strayedClientGuard(className: string, session: AwsSession): () => void {
	return () => {
		const cell = currentCell();
		if (cell === undefined || belongsTo(cell, session.key)) return;
		reactToStrayed(
			() =>
				`The ${className} client of ${nameOf(session)} was used in a scope of ${otherThan(session, cell)}; call the accessor inside that scope instead of keeping the client.`,
			session,
		);
	};
}

/** Does what `configure({ strayedClient })` says about a client or a page of this session. */
export function reactToStrayed(message: () => string, session: AwsSession): void {
	const { strayedClient = "refuse" } = settings();
	if (strayedClient === "allow") return;
	const error = new StrayedClientError(message());
	if (strayedClient === "refuse") throw refused(error, session);
	process.emitWarning(error.message, { type: error.name, code: error.code });
}

/** Describes the scope's session. If it has the same role, says what differs. */
function otherThan(own: AwsSession, { session }: ScopeCell): string {
	if (session === undefined) return "no session yet";
	if (session.roleArn === undefined || session.roleArn !== own.roleArn) return nameOf(session);
	return `the same role that differs in ${own.differencesFrom(session)}`;
}

/** A session's name in errors. */
export const nameOf = ({ key, roleArn }: AwsSession): string =>
	roleArn ?? (key === "default" ? "the default session" : `the session ${key}`);
