/** The process's settings, set by `configure()`. */

import type { NodeHttpHandlerOptions } from "@smithy/types";
import { type CachePolicy, checkPolicy, checkSize } from "./cache-options.js";
import { describe, fail, hasMethod } from "./check.js";
import { slot } from "./home.js";
import { layered } from "./layered.js";
import { readOptions, readRecord } from "./options.js";

/** SDK client options that new clients start from. An identity isn't allowed here. */
export type ClientDefaults = Readonly<Record<string, unknown>>;

/** The settings of a process. All are optional. */
export interface Settings {
	/**
	 * Whether accessors that name no session are refused outside every scope. Default: once this process acts for tenants
	 * (docs/scope.md). `true` remains in effect after `close()`.
	 */
	readonly requireScope?: boolean | undefined;
	/** What happens when a client is used in a scope of another session. Default: `"refuse"`. */
	readonly strayedClient?: "refuse" | "warn" | "allow" | undefined;
	/** The region if neither the call, the scope nor the session names one. Default: the SDK's (`AWS_REGION`, profile). */
	readonly region?: string | undefined;
	/** SDK client options for every client, such as `maxAttempts` or `endpoint`. A scope and a call can override them. */
	readonly clientDefaults?: ClientDefaults | undefined;
	/** Connection options for STS that differ from `clientDefaults`. */
	readonly sts?: StsSettings | undefined;
	/** How long before expiry credentials are refreshed. */
	readonly refresh?: RefreshWindows | undefined;
	/** How to choose the client or session to evict. Default: `"sieve"`. */
	readonly policy?: CachePolicy | undefined;
	/** The maximum number of clients that are kept warm. Default: 500. */
	readonly maxClients?: number | undefined;
	/** The maximum number of sessions that are kept warm. Default: 5000. */
	readonly maxSessions?: number | undefined;
	/**
	 * Evicts clients that were not used for this many milliseconds, and closes transports that are left idle. Checked when
	 * a client is built and by `stats()`; there is no timer. Default: never.
	 */
	readonly idleMs?: number | undefined;
}

/** Settings for STS and the SDK's credential providers only. */
export interface StsSettings {
	/** Options of the SDK's `NodeHttpHandler`, merged over those of `clientDefaults`, or a request handler of your own. */
	readonly requestHandler?: NodeHttpHandlerOptions | { handle(...args: never[]): unknown } | undefined;
}

/** Refresh windows, in seconds before expiry. */
export interface RefreshWindows {
	/** When the background refresh starts; a random 0 to 25 % is added. Default: a third of the lifetime, at most 3600. */
	readonly advisorySeconds?: number | undefined;
	/** When callers start to wait, up to 2 s, for new credentials. Default: a fifteenth of the lifetime, at most 60. */
	readonly mandatorySeconds?: number | undefined;
}

const STRAYED = ["refuse", "warn", "allow"] as const;

const state = slot("settings", () => ({ current: Object.freeze({}) as Settings }));

/** The current settings. @internal */
export const settings = (): Settings => state().current;

const NAMES = [
	"requireScope",
	"strayedClient",
	"region",
	"clientDefaults",
	"sts",
	"refresh",
	"policy",
	"maxClients",
	"maxSessions",
	"idleMs",
] as const satisfies (keyof Settings)[];

/** Reads and checks the argument of `configure()`. `more` names the settings of other layers. @internal */
export function readSettings<Accepted extends Settings>(given: Accepted, ...more: string[]): Accepted {
	const changes = readOptions("configure()", given, [...NAMES, ...more]);
	const { requireScope, strayedClient, region, clientDefaults, sts, refresh } = changes;
	const { policy, maxClients, maxSessions, idleMs } = changes;
	if (requireScope !== undefined && typeof requireScope !== "boolean") {
		fail(`configure({ requireScope }) takes true or false, not ${describe(requireScope)}.`);
	}
	if (strayedClient !== undefined && !STRAYED.includes(strayedClient)) {
		fail(`configure({ strayedClient }) takes "refuse", "warn" or "allow", not ${describe(strayedClient)}.`);
	}
	if (region !== undefined) checkRegion("configure({ region })", region);
	if (policy !== undefined) checkPolicy("configure({ policy })", policy);
	if (maxClients !== undefined) checkSize("configure({ maxClients })", maxClients);
	if (maxSessions !== undefined) checkSize("configure({ maxSessions })", maxSessions);
	checkIdle("configure({ idleMs })", idleMs);
	return {
		...changes,
		...(clientDefaults !== undefined && {
			clientDefaults: readClientDefaults("configure({ clientDefaults })", clientDefaults),
		}),
		...(sts !== undefined && { sts: readSts(sts) }),
		...(refresh !== undefined && { refresh: readRefresh(refresh) }),
	};
}

/** Applies changes. `undefined` restores the default. @internal */
export function changeSettings(changes: Settings): void {
	state().current = Object.freeze({ ...settings(), ...changes });
}

/** Checks only the format of a region, so that new regions work without a release. @internal */
export function checkRegion(where: string, region: unknown): asserts region is string {
	const isWellFormed = typeof region === "string" && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region);
	// `${region}` turns a missing region into "undefined".
	if (!isWellFormed || region === "undefined" || region === "null") {
		fail(`${where} takes a region such as "eu-central-1", not ${describe(region)}.`);
	}
}

const IDENTITY_OPTIONS = [
	"credentials",
	"session",
	"account",
	"profile",
	"token",
	"signer",
	"httpAuthSchemes",
	"s3ExpressIdentityProvider",
	"signerConstructor",
	"apiKey",
	"region",
];

/** Reads client defaults, and rejects those that name an identity or a region. @internal */
export function readClientDefaults(where: string, given: unknown): ClientDefaults {
	const defaults = readRecord(where, given, "an object with SDK client options", IDENTITY_OPTIONS);
	for (const key of IDENTITY_OPTIONS) {
		if (key in defaults) {
			fail(`${where} cannot contain "${key}"; name the identity and the region in the scope, the session or the call.`);
		}
	}
	return layered(defaults, { requestHandler: readHandler(where, defaults["requestHandler"]) });
}

/** Reads the options of a request handler. A handler itself is returned unchanged. @internal */
export function readHandler(where: string, given: unknown): unknown {
	if (given === undefined || hasMethod(given, "handle")) return given;
	return readRecord(`${where} { requestHandler }`, given, "options or a request handler");
}

/** Rejects anything but a positive integer or `undefined`. @internal */
export function checkIdle(where: string, value: unknown): void {
	if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)) return;
	fail(`${where} takes a positive whole number of milliseconds, not ${describe(value)}.`);
}

function readSts(given: StsSettings): StsSettings {
	const { requestHandler } = readOptions("configure({ sts })", given, ["requestHandler"]);
	return { requestHandler: readHandler("configure({ sts })", requestHandler) as StsSettings["requestHandler"] };
}

function readRefresh(given: RefreshWindows): RefreshWindows {
	const windows = readOptions("configure({ refresh })", given, ["advisorySeconds", "mandatorySeconds"]);
	for (const [name, value] of Object.entries(windows)) {
		if (value !== undefined && !(typeof value === "number" && value >= 0 && value <= 43_200)) {
			fail(`configure({ refresh: { ${name} } }) takes seconds from 0 to 43200, not ${describe(value)}.`);
		}
	}
	return windows;
}
