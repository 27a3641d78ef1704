/** Puts the parts of the local AWS together. */

import { errors } from "../src/index.js";
import { DynamoStores } from "./dynamodb.js";
import { applyEnvironment, environment } from "./env.js";
import { Faults } from "./faults.js";
import { Identities } from "./identities.js";
import { readSettings } from "./options.js";
import { Roles } from "./roles.js";
import { listen } from "./server.js";
import { Stats } from "./stats.js";
import type { LocalAws, LocalAwsOptions, LocalEvent } from "./types.js";

/**
 * Starts an AWS with several accounts on 127.0.0.1, in this process: STS and DynamoDB behind one endpoint, every signature verified,
 * credentials that expire, state per account. DynamoDB needs the npm package `dynalite`.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, before anything is opened
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
	const settings = readSettings(options);
	const accounts = Object.freeze(settings.accounts.map(({ id }) => id));
	const identities = new Identities(accounts, settings.clock);
	const stats = new Stats();
	const faults = new Faults();
	const listeners = new Set<(event: LocalEvent) => void>();
	const tell = (event: LocalEvent): void => {
		for (const listener of listeners) {
			try {
				listener(event);
			} catch (error) {
				// A listener's fault must be seen, but not by the client whose request it watched.
				queueMicrotask(() => {
					throw error;
				});
			}
		}
	};
	const services = {
		settings,
		identities,
		roles: new Roles(settings.accounts),
		dynamodb: new DynamoStores(),
		faults,
		stats,
	};
	const server = await listen(services, tell);
	const endpoint = `http://127.0.0.1:${server.port}`;
	const env = environment(endpoint, settings.region, identities.user(accounts[0] ?? ""));
	let closed = false;
	const close = (): Promise<void> => {
		closed = true;
		return server.close();
	};
	const open = (what: string): void => {
		if (closed)
			throw new errors.NotLocalError(
				`${what} was called on a local AWS that is closed; start another with startLocalAws().`,
			);
	};
	return {
		endpoint,
		port: server.port,
		region: settings.region,
		accounts,
		env,
		useEnv: () => {
			open("useEnv()");
			return applyEnvironment(env);
		},
		user: (accountId) => identities.user(accountId),
		stats: () => stats.snapshot(),
		resetCounts: () => stats.reset(),
		onRequest: (listener) => {
			listeners.add(listener);
			return { [Symbol.dispose]: () => void listeners.delete(listener) };
		},
		fail: (fault) => {
			open("fail()");
			return faults.add(fault);
		},
		revoke: (which, as = "expired") => identities.revoke(which, as),
		close,
		[Symbol.asyncDispose]: close,
	};
}
