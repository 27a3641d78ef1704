/** Reads and checks the options of `fanOut()`. */

import { errors, readOptions } from "../src/index.js";
import type { FanOutOptions } from "./types.js";

/** The options with their defaults. */
export interface ReadOptions {
	readonly accounts: FanOutOptions["accounts"];
	readonly concurrency: number;
	readonly perAccount: number;
	readonly perRegion: number;
	readonly signal: AbortSignal | undefined;
	readonly timeoutMs: number | undefined;
	readonly retry: number;
	readonly ordered: boolean;
	readonly stopOnError: boolean;
}

const NAMES = [
	"accounts",
	"concurrency",
	"perAccount",
	"perRegion",
	"signal",
	"timeoutMs",
	"retry",
	"ordered",
	"stopOnError",
] as const satisfies (keyof FanOutOptions)[];

/** @throws {InvalidOptionError} code `INVALID_OPTION` */
export function readFanOutOptions(given: FanOutOptions): ReadOptions {
	const {
		accounts,
		concurrency = 20,
		perAccount = concurrency,
		perRegion = concurrency,
		signal,
		timeoutMs,
		retry = 2,
		ordered = false,
		stopOnError = false,
	} = readOptions("fanOut()", given, NAMES);
	if (accounts !== undefined && typeof accounts !== "function") {
		fail("accounts", "a function such as accountSessions() returns", accounts);
	}
	for (const [name, value] of Object.entries({ concurrency, perAccount, perRegion })) {
		if (!(Number.isInteger(value) && value > 0)) fail(name, "a whole number above 0", value);
	}
	if (!(Number.isInteger(retry) && retry >= 0)) fail("retry", "a whole number, 0 or more", retry);
	if (timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) {
		fail("timeoutMs", "milliseconds above 0", timeoutMs);
	}
	if (signal !== undefined && !(signal instanceof AbortSignal)) fail("signal", "an AbortSignal", signal);
	for (const [name, value] of Object.entries({ ordered, stopOnError })) {
		if (typeof value !== "boolean") fail(name, "true or false", value);
	}
	return { accounts, concurrency, perAccount, perRegion, signal, timeoutMs, retry, ordered, stopOnError };
}

function fail(name: string, wanted: string, given: unknown): never {
	const shown = typeof given === "string" ? JSON.stringify(given) : typeof given === "number" ? given : typeof given;
	throw new errors.InvalidOptionError(`fanOut({ ${name} }) takes ${wanted}, not ${shown}.`);
}
