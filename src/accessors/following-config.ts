/** The config of a following client: each member is the current client's. */

import { SEALED } from "../client/seal.js";
import { ForeignIdentityError } from "../errors.js";
import { refused } from "../home/refused.js";

type Config = Record<PropertyKey, unknown>;
type Provider = (...args: unknown[]) => unknown;

/** Asks the current client's provider, so that it may be read where there is no current client and called later. */
const latePart =
	(current: () => Config, name: string): Provider =>
	async (...args) =>
		(current()[name] as Provider)(...args);

/**
 * The members that a client must have to be built, for the current client.
 * The marks keep the SDK from caching one session's credentials in a client that is built from this config.
 */
export const lateIdentity = (current: () => Config): Config => ({
	credentials: Object.assign(latePart(current, "credentials"), { memoized: true, configBound: true, attributed: true }),
	region: latePart(current, "region"),
});

/**
 * The SDK's helpers write what they found for one client to these members of its config: the endpoint of a request that
 * they presign, and the difference between two clocks.
 */
const FOUND: readonly PropertyKey[] = ["endpoint", "isCustomEndpoint", "systemClockOffset"];

/**
 * What a library writes to this config stays in it, and what was found for one client is that client's alone.
 * @param shown the current client's config or, where an accessor would be refused, one without an identity
 */
export function followingConfig(identity: Config, shown: () => Config): Config {
	// A document client around the following one would keep the first session's handlers.
	const own = Object.assign(Object.create(null) as Config, identity, { cacheMiddleware: false });
	const found = new WeakMap<Config, Config>();
	const member = (name: PropertyKey): unknown => {
		if (name in own) return own[name];
		const config = shown();
		return FOUND.includes(name) ? (found.get(config)?.[name] ?? config[name]) : config[name];
	};
	const refuseIdentity = (name: PropertyKey): void => {
		if (!SEALED.includes(name)) return;
		throw refused(
			new ForeignIdentityError(
				`config.${String(name)} of a following client was assigned to, which signs for the current scope's session only; get a client of the other session instead.`,
			),
		);
	};
	const proxy: Config = new Proxy(own, {
		get: (_target, name) => member(name),
		has: (_target, name) => name in own || name in shown(),
		ownKeys: () => [...new Set([...Reflect.ownKeys(own), ...Reflect.ownKeys(shown())])],
		getOwnPropertyDescriptor(_target, name) {
			if (!(name in own) && !Object.hasOwn(shown(), name)) return undefined;
			return { value: member(name), enumerable: true, configurable: true, writable: true };
		},
		set(_target, name, value, receiver) {
			// An object that inherits from it.
			if (receiver !== proxy)
				return Reflect.defineProperty(receiver as object, name, {
					value,
					writable: true,
					enumerable: true,
					configurable: true,
				});
			refuseIdentity(name);
			if (FOUND.includes(name)) found.set(shown(), { ...found.get(shown()), [name]: value });
			else own[name] = value;
			return true;
		},
		// Its members are not its own, so they can't be frozen.
		preventExtensions: () => false,
		defineProperty(_target, name, descriptor) {
			refuseIdentity(name);
			return Reflect.defineProperty(own, name, { ...descriptor, configurable: true });
		},
	});
	return proxy;
}
