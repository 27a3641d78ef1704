/** What the library does, told on `node:diagnostics_channel`; costs nothing while nobody listens. */

import type { Channel } from "node:diagnostics_channel";

const { channel } = process.getBuiltinModule("node:diagnostics_channel");

/** The identity that an event is about. */
export interface EventIdentity {
	/** The session's key. */
	readonly session: string;
	/** The account it acts in, where that is known without asking. */
	readonly account: string | undefined;
	/** The role it assumes, if it assumes one. */
	readonly roleArn: string | undefined;
}

/** The message of each channel; a channel's full name is `aws-scope:` and the key. No message holds a secret. */
export interface ChannelMessages {
	/** A client was built. */
	"client:built": EventIdentity & { readonly client: string; readonly region: string | undefined };
	/** A client left the cache; requests in flight go on. */
	"client:evicted": EventIdentity & { readonly client: string; readonly reason: string };
	/** A session left the cache. */
	"session:evicted": EventIdentity & { readonly reason: string };
	/** A session got its first credentials, or new ones. */
	"session:refreshed": EventIdentity & { readonly accessKeyId: string; readonly expiration: Date | undefined };
	/** An attempt to get credentials failed; `denied` when repeating it at once would be pointless. */
	"session:refresh-failed": EventIdentity & {
		readonly denied: boolean;
		readonly error: unknown;
		readonly nextAttempt: Date;
	};
	/** A key is being replaced before its time: AWS rejected it (it is served until its successor is there), or `invalidate()` dropped it. */
	"session:invalidated": EventIdentity & { readonly accessKeyId: string };
	/** A request has waited so long for a socket to an origin; told once until no request waits for that origin. Sessions share the pool. */
	"transport:waiting": {
		readonly origin: string;
		readonly milliseconds: number;
		readonly busySockets: number;
		readonly queuedRequests: number;
	};
	/** A law refused a call; the identity is that of the client, and `undefined` where the call had none. */
	refused: { readonly [Name in keyof EventIdentity]: EventIdentity[Name] | undefined } & {
		readonly code: string;
		readonly message: string;
	};
}

/** The full names, as `diagnostics_channel.subscribe` takes them. */
export type ChannelName = `aws-scope:${keyof ChannelMessages}`;

/** What an event tells of a session. @internal */
export const eventIdentity = ({ key: session, account, roleArn }: Identity): EventIdentity => ({
	session,
	account,
	roleArn,
});

/** A session, as far as events go. @internal */
export interface Identity extends Omit<EventIdentity, "session"> {
	readonly key: string;
}

const channels = new Map<string, Channel>();

/** Tells the listeners of one channel, building the message only when there are any. @internal */
export function publish<Name extends keyof ChannelMessages>(name: Name, message: () => ChannelMessages[Name]): void {
	let found = channels.get(name);
	if (found === undefined) {
		found = channel(`aws-scope:${name}`);
		channels.set(name, found);
	}
	if (found.hasSubscribers) found.publish(message());
}
