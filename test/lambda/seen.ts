/** What code sees of its scope, for routers that tell nobody of the errors that they answer. */

import { clients, tryCurrentAwsScope } from "../../src/index.js";

/** A logger of Powertools that says nothing. */
export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The account of the scope, or by which error an accessor is refused. */
export function seen(): string {
	try {
		clients.dynamodb();
		return tryCurrentAwsScope()?.account ?? "itself";
	} catch (error) {
		return (error as { code: string }).code;
	}
}
