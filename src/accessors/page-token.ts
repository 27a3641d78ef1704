/** Refuses to continue one session's pages as another session. */

import type { AwsSession } from "../session/session.js";
import { nameOf, reactToStrayed } from "./rules.js";

/** The members of an input that tell AWS where the next page begins. */
const PAGE_TOKEN =
	/^(?:(?:next|nextpage|page|continuation|pagination|starting)?token|\w*marker|exclusivestart\w+|position|cursor)$/i;

const hasPageToken = (input: object): boolean =>
	Object.entries(input).some(([name, value]) => value !== undefined && PAGE_TOKEN.test(name));

/**
 * Returns a check for the commands of one following client. A paginator writes each page's token to its input and sends
 * that again, so an input with a token that comes back in another session is a paginator that was pulled on there, or an
 * input that two sessions share.
 */
export function pageGuard(): (command: unknown, session: AwsSession) => void {
	const senders = new WeakMap<object, AwsSession>();
	return (command, session) => {
		const input = (command as { readonly input?: unknown } | undefined)?.input;
		if (typeof input !== "object" || input === null) return;
		const before = senders.get(input);
		if (before === session) return;
		if (before !== undefined && before.key !== session.key && hasPageToken(input)) {
			const { name } = (command as object).constructor;
			reactToStrayed(
				() =>
					`A ${name} continued the pages of ${nameOf(before)} in a scope of ${nameOf(session)}; finish a paginator in the scope that began it, and give each paginator an input of its own.`,
				before,
			);
		}
		senders.set(input, session);
	};
}
