/** What `configure()` sets: one validated record for the process. */

import type { NodeHttpHandlerOptions } from "@smithy/types";
import { type CachePolicy, checkPolicy, checkSize } from "./cache-options.js";
import { describe, fail, hasMethod } from "./check.js";
import { slot } from "./home.js";
import { layered } from "./layered.js";
import { readOptions, readRecord } from "./options.js";

/** Client options for every client built after they were set; identity does not belong here. */
export type ClientDefaults = Readonly<Record<string, unknown>>;

/** Settings of the process; each has a default that suits most programs. */
export interface Settings {
	/**
	 * Whether an accessor called outside every scope without naming a session is refused. Unset: it is, as soon as this
	 * process acts for tenants (docs/scope.md). `true` outlives `close()`.
	 */
	readonly requireScope?: boolean | undefined;
	/** What happens when a client obtained in one scope is used in a scope of another session. Default `"refuse"`. */
	readonly strayedClient?: "refuse" | "warn" | "allow" | undefined;
	/** The region where neither the call, the scope nor the session names one. Default: the SDK's own (`AWS_REGION`, profile). */
	readonly region?: string | undefined;
	/** SDK client options for every client, such as `maxAttempts` or `endpoint`; a scope's and a call's come on top. */
	readonly clientDefaults?: ClientDefaults | undefined;
	/** How STS is reached where it needs something else than `clientDefaults` say. */
	readonly sts?: StsSettings | undefined;
	/** When credentials are refreshed, instead of by the rules' own windows. */
	readonly refresh?: RefreshWindows | undefined;
	/** Which client or session goes when a new one needs its place. Default `"sieve"`. */
	readonly policy?: CachePolicy | undefined;
	/** At most so many clients are kept warm. Default 500. */
	readonly maxClients?: number | undefined;
	/** At most so many sessions are kept warm. Default 5000. */
	readonly maxSessions?: number | undefined;
	/**
	 * Clients that nobody asked for during so many milliseconds are dropped, and transports that only they used are
	 * ended; looked for when a client is built and by `stats()`, never by a timer. Default: they stay.
	 */
	readonly idleMs?: number | undefined;
}

/** What STS, and the credential providers of the SDK's chain, need to themselves. */
export interface StsSettings {
	/** Options of the SDK's `NodeHttpHandler`, on top of those in `clientDefaults`, or a request handler of your own. */
	readonly requestHandler?: NodeHttpHandlerOptions | { handle(...args: never[]): unknown } | undefined;
}

/** Windows before expiry, in seconds. */
export interface RefreshWindows {
	/** From here on they are refreshed behind the callers' backs; up to a quarter is added at random. Default: a third of the lifetime, at most 3600. */
	readonly advisorySeconds?: number | undefined;
	/** From here on callers wait up to 2 s for the new ones. Default: a fifteenth of the lifetime, at most 60. */
	readonly mandatorySeconds?: number | undefined;
}

const STRAYED = ["refuse", "warn", "allow"] as const;

const state = slot("settings", () => ({ current: Object.freeze({}) as Settings }));

/** The settings in force. @internal */
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

/** Reads the settings that `configure()` was given, and checks them; `more` names those of other layers. @internal */
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
	checkIdle(idleMs);
	return {
		...changes,
		...(clientDefaults !== undefined && {
			clientDefaults: readClientDefaults("configure({ clientDefaults })", clientDefaults),
		}),
		...(sts !== undefined && { sts: readSts(sts) }),
		...(refresh !== undefined && { refresh: readRefresh(refresh) }),
	};
}

/** Puts changes in force; a member that is `undefined` goes back to its default. @internal */
export function changeSettings(changes: Settings): void {
	state().current = Object.freeze({ ...settings(), ...changes });
}

/** Refuses what cannot be a region; only its form is checked, new regions need no release. @internal */
export function checkRegion(where: string, region: unknown): asserts region is string {
	const written = typeof region === "string" && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region);
	// What `${region}` makes of a region that was not found.
	if (!written || region === "undefined" || region === "null") {
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

/** Reads client defaults, and refuses those that name an identity: that is the scope's or the session's to say. @internal */
export function readClientDefaults(where: string, given: unknown): ClientDefaults {
	const defaults = readRecord(where, given, "an object of SDK client options", IDENTITY_OPTIONS);
	for (const key of IDENTITY_OPTIONS) {
		if (key in defaults) {
			fail(`${where} cannot hold "${key}"; name the identity and the region in the scope, the session or the call.`);
		}
	}
	return layered(defaults, { requestHandler: readHandler(where, defaults["requestHandler"]) });
}

/** Reads the options of a request handler; a handler itself stays what it is. @internal */
export function readHandler(where: string, given: unknown): unknown {
	if (given === undefined || hasMethod(given, "handle")) return given;
	return readRecord(`${where} { requestHandler }`, given, "options or a request handler");
}

function checkIdle(value: unknown): void {
	if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)) return;
	fail(`configure({ idleMs }) takes whole milliseconds from 1 on, not ${describe(value)}.`);
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
