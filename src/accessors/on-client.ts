/** `configure({ onClient })`: shows each client that is built to the application. */

import type { MiddlewareStack } from "@smithy/types";
import type { ClientClass } from "../client/args.js";
import { NotAClientError } from "../errors.js";
import { describe } from "../home/check.js";
import { home } from "../home/home.js";
import { settings } from "../home/settings.js";
import type { AwsSession } from "../session/session.js";

/** Any AWS SDK client. Test its class with `instanceof`. */
export interface BuiltClient {
	readonly config: object;
	readonly middlewareStack: MiddlewareStack<object, object>;
	send(...args: never[]): unknown;
	destroy(): void;
}

/** What a client was built for. */
export interface BuiltFor {
	readonly session: AwsSession;
	/** The session's account, if it is known without a call. */
	readonly account: string | undefined;
	/** The role that the session assumes, if any. */
	readonly roleArn: string | undefined;
	/** The client's region, if it is known without a call. */
	readonly region: string | undefined;
}

/** Returns nothing, the client itself, or a wrapper of it that has its class, `config` and `middlewareStack`. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without `return` must be accepted, and one that returns a number must not.
export type OnClient = (client: BuiltClient, builtFor: BuiltFor) => object | undefined | void;

/** Shows a new client to `onClient`. Returns what takes its place. */
export function shownClient(
	type: ClientClass,
	client: object,
	session: AwsSession,
	region: string | undefined,
): object {
	const { onClient } = settings() as { readonly onClient?: OnClient | undefined };
	if (onClient === undefined) return client;
	const { account, roleArn } = session;
	const built = client as BuiltClient;
	// Outside the scope that happened to need the client first, because other scopes will use it, too.
	const shown = home.detached(() => onClient(built, Object.freeze({ session, account, roleArn, region })));
	if (shown === undefined) return client;
	const { config, middlewareStack } = Object(shown) as BuiltClient;
	// A client of its own would sign with credentials of its own.
	if (shown instanceof type && config === built.config && middlewareStack === built.middlewareStack) return shown;
	throw new NotAClientError(
		`configure({ onClient }) returned ${describe(shown)} for the ${type.name} client of ${session.roleArn ?? session.key}; return the client, a wrapper that keeps its config and middlewareStack, or nothing.`,
	);
}
