/** A client's identity is sealed: also what signs without sending, such as a presigner, finds its session's credentials. */

import { ForeignIdentityError } from "../errors.js";
import { refused } from "../home/refused.js";

/** What helpers of the SDK sign with, of all that a client's config holds; the rest shows when a request is sent. */
const SEALED = ["credentials", "s3ExpressIdentityProvider"];

/** From now on the config keeps these, whatever is assigned to it. */
export function sealIdentity(client: object, config: Record<string, unknown>, credentials: unknown, who: string): void {
	config["credentials"] = credentials;
	for (const name of SEALED) {
		const value = config[name];
		if (value === undefined) continue;
		Object.defineProperty(config, name, {
			configurable: false,
			enumerable: true,
			get: () => value,
			set(given) {
				if (given !== value) throw foreign(`client.config.${name} was assigned to the ${who}`);
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
export function watchedExtensions(extensions: readonly Extension[], who: string): readonly Extension[] {
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
				if (configuration.credentials?.() !== before)
					throw foreign(`An extension changed the credentials of the ${who}`);
			},
		},
	];
}

const foreign = (what: string): ForeignIdentityError =>
	refused(
		new ForeignIdentityError(`${what}, which signs as its session alone; get a client of the session that you mean.`),
	);
