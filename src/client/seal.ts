/** Seals a client's identity, so that everything that signs, including presigners, uses its session's credentials. */

import { ForeignIdentityError } from "../errors.js";
import type { Identity } from "../home/channels.js";
import { refused } from "../home/refused.js";

/** The config members that the SDK's helpers sign with. Changes to others are detected when a request is sent. */
export const SEALED: readonly PropertyKey[] = ["credentials", "s3ExpressIdentityProvider"];

/** Makes these config members read-only. */
export function sealIdentity(
	client: object,
	config: Record<string, unknown>,
	credentials: unknown,
	owner: Owner,
): void {
	config["credentials"] = credentials;
	for (const name of SEALED as readonly string[]) {
		const value = config[name];
		if (value === undefined) continue;
		Object.defineProperty(config, name, {
			configurable: false,
			enumerable: true,
			get: () => value,
			set(given) {
				if (given !== value) throw foreign(`client.config.${name} was assigned to`, owner);
			},
		});
	}
	Object.defineProperty(client, "config", { writable: false, configurable: false });
}

/** The part of the SDK's extension configuration that concerns the identity. Older versions don't have it. */
interface ExtensionConfiguration {
	credentials?(): unknown;
}

interface Extension {
	configure(configuration: ExtensionConfiguration): void;
}

/** Adds an extension before and after the user's, which detect changed credentials. */
export function watchedExtensions(extensions: readonly Extension[], owner: Owner): readonly Extension[] {
	let before: unknown;
	return [
		{
			configure(configuration) {
				before = configuration.credentials?.();
			},
		},
		...extensions,
		{
			configure(configuration) {
				if (configuration.credentials?.() !== before) throw foreign("An extension changed the credentials of", owner);
			},
		},
	];
}

/** A client's class and session. */
export interface Owner {
	readonly class: { readonly name: string };
	readonly session: Identity;
}

const foreign = (what: string, { class: { name }, session }: Owner): ForeignIdentityError =>
	refused(
		new ForeignIdentityError(
			`${what} the ${name} client of ${session.roleArn ?? session.key}, which signs only for its own session; get a client of the other session instead.`,
		),
		session,
	);
