/** A client's identity is sealed: also what signs without sending, such as a presigner, finds its session's credentials. */

import { ForeignIdentityError } from "../errors.js";
import type { Identity } from "../home/channels.js";
import { refused } from "../home/refused.js";

/** What helpers of the SDK sign with, of all that a client's config holds; the rest shows when a request is sent. */
const SEALED = ["credentials", "s3ExpressIdentityProvider"];

/** From now on the config keeps these, whatever is assigned to it. */
export function sealIdentity(
	client: object,
	config: Record<string, unknown>,
	credentials: unknown,
	owner: Owner,
): void {
	config["credentials"] = credentials;
	for (const name of SEALED) {
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

/** What the SDK gives to an extension, as far as identity goes; older versions have none of it. */
interface ExtensionConfiguration {
	credentials?(): unknown;
}

interface Extension {
	configure(configuration: ExtensionConfiguration): void;
}

/** The user's extensions, and one on either side that sees whether they changed the credentials. */
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

/** The class and the session of the client. */
export interface Owner {
	readonly class: { readonly name: string };
	readonly session: Identity;
}

const foreign = (what: string, { class: { name }, session }: Owner): ForeignIdentityError =>
	refused(
		new ForeignIdentityError(
			`${what} the ${name} client of ${session.roleArn ?? session.key}, which signs as its session alone; get a client of the session that you mean.`,
		),
		session,
	);
