/** `startLocalAws()`: puts the parts of a local AWS together. */

import { errors } from "../src/index.js";
import { dropStale } from "../src/testing.js";
import { environment, setEnvironment } from "./environment.js";
import { Faults } from "./faults.js";
import { Identities } from "./identities.js";
import { readSettings } from "./options.js";
import { listen } from "./server.js";
import { Services } from "./services/index.js";
import { Stats } from "./stats.js";
import type { LocalAws, LocalAwsOptions, LocalEvent } from "./types.js";

/**
 * Starts an AWS with several accounts on 127.0.0.1, in this process: STS, DynamoDB and Organizations behind one endpoint. It verifies
 * every signature, its credentials expire, and each account has its own data. DynamoDB needs the npm package `dynalite`.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, before anything is opened
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
	const settings = readSettings(options);
	const accounts = Object.freeze(settings.accounts.map(({ id }) => id));
	const identities = new Identities(accounts, settings.clock);
	const backend = { settings, identities };
	const stats = new Stats();
	const faults = new Faults();
	const listeners = new Set<(event: LocalEvent) => void>();
	const notify = (event: LocalEvent): void => {
		for (const listener of listeners) {
			try {
				listener(event);
			} catch (error) {
				// Reported as an uncaught exception, because it is not the fault of the request.
				queueMicrotask(() => {
					throw error;
				});
			}
		}
	};
	const server = await listen({ ...backend, services: new Services(backend), faults, stats }, notify);
	const endpoint = `http://127.0.0.1:${server.port}`;
	const user = (accountId: string, name = "local") => identities.user(accountId, name);
	const env = environment(endpoint, settings.region, user(accounts[0] ?? ""));
	let isClosed = false;
	const isOurs = (accessKeyId = "") => identities.find(accessKeyId) !== undefined;
	const close = async (): Promise<void> => {
		isClosed = true;
		await server.close();
		// What comes next has another endpoint and other keys.
		dropStale(isOurs);
	};
	const checkOpen = (method: string): void => {
		if (isClosed) {
			throw new errors.NotLocalError(
				`${method} was called on a local AWS that is closed; start another one with startLocalAws().`,
			);
		}
	};
	return {
		endpoint,
		port: server.port,
		region: settings.region,
		accounts,
		env,
		useEnv: () => {
			checkOpen("useEnv()");
			const restore = setEnvironment(env);
			// Including what is being read from the former environment.
			dropStale(() => true);
			return {
				[Symbol.dispose]: () => {
					restore();
					dropStale(isOurs);
				},
			};
		},
		user,
		stats: () => stats.snapshot(),
		resetCounts: () => stats.reset(),
		onRequest: (listener) => {
			listeners.add(listener);
			return { [Symbol.dispose]: () => void listeners.delete(listener) };
		},
		fail: (fault) => {
			checkOpen("fail()");
			return faults.add(fault);
		},
		revoke: (which, as = "expired") => identities.revoke(which, as),
		close,
		[Symbol.asyncDispose]: close,
	};
}
