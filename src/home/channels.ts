/** Events on `node:diagnostics_channel`. They cost nothing without a subscriber. */

import type { Channel } from "node:diagnostics_channel";

/** The identity that an event is about. */
export interface EventIdentity {
	/** The session's key. */
	readonly session: string;
	/** The account that the session acts in, if it is known without a call. */
	readonly account: string | undefined;
	/** The role that the session assumes, if any. */
	readonly roleArn: string | undefined;
}

/** The message of each channel. A channel's full name is `aws-scope:` and the key. No message contains a secret. */
export interface ChannelMessages {
	/** A client was built. */
	"client:built": EventIdentity & { readonly client: string; readonly region: string | undefined };
	/** A client was evicted. Its requests in flight continue. */
	"client:evicted": EventIdentity & { readonly client: string; readonly reason: string };
	/** A session was evicted. */
	"session:evicted": EventIdentity & { readonly reason: string };
	/** A session received credentials. */
	"session:refreshed": EventIdentity & { readonly accessKeyId: string; readonly expiration: Date | undefined };
	/** An attempt to get credentials failed. `denied`: retrying at once would be pointless. */
	"session:refresh-failed": EventIdentity & {
		readonly denied: boolean;
		readonly error: unknown;
		readonly nextAttempt: Date;
	};
	/** AWS rejected a key, which stays in use until it is replaced, or `invalidate()` dropped it. */
	"session:invalidated": EventIdentity & { readonly accessKeyId: string };
	/**
	 * A request has waited this long for a socket. Published once per origin, until no request waits for that origin. It
	 * names no session, because sessions share connections.
	 */
	"transport:waiting": {
		readonly origin: string;
		readonly milliseconds: number;
		readonly busySockets: number;
		readonly queuedRequests: number;
	};
	/** A call was refused. The identity is the refused client's; its fields are `undefined` if the call had none. */
	refused: { readonly [Name in keyof EventIdentity]: EventIdentity[Name] | undefined } & {
		readonly code: string;
		readonly message: string;
	};
}

/** A channel's full name, for `diagnostics_channel.subscribe()`. */
export type ChannelName = `aws-scope:${keyof ChannelMessages}`;

/** The fields that identify a session in an event. @internal */
export const eventIdentity = ({ key: session, account, roleArn }: Identity): EventIdentity => ({
	session,
	account,
	roleArn,
});

/** The part of a session that events need. @internal */
export interface Identity extends Omit<EventIdentity, "session"> {
	readonly key: string;
}

const channels = new Map<string, Channel>();

/** Publishes an event. The message is built only if there are subscribers. @internal */
export function publish<Name extends keyof ChannelMessages>(name: Name, message: () => ChannelMessages[Name]): void {
	let found = channels.get(name);
	if (found === undefined) {
		// Loaded here, because importing the package must not wait for it.
		found = process.getBuiltinModule("node:diagnostics_channel").channel(`aws-scope:${name}`);
		channels.set(name, found);
	}
	if (found.hasSubscribers) found.publish(message());
}
