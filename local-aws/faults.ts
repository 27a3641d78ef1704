/** Faults on demand: throttle, fail, delay, drop or hang the requests that match. */

import { setTimeout as wait } from "node:timers/promises";
import { errors, readOptions } from "../src/index.js";
import { show } from "./options.js";
import { type Protocol, Refusal } from "./protocols.js";
import { refusalOf } from "./refusals.js";
import type { LocalIdentity } from "./types.js";

/** What a fault looks at. */
export interface FaultTarget {
	readonly service: string;
	readonly action: string;
	readonly region: string;
	/** Missing for AssumeRoleWithWebIdentity. */
	readonly identity?: LocalIdentity;
	/** The role that AssumeRole asks for. */
	readonly roleArn?: string;
}

/** Which requests fail, and how. Every condition given must hold; none given: every verified request. */
export interface LocalFault {
	readonly service?: string;
	readonly action?: string;
	readonly region?: string;
	/** The caller's account. */
	readonly account?: string;
	/** The caller's key. */
	readonly accessKeyId?: string;
	/** The role asked for by AssumeRole. */
	readonly roleArn?: string;
	readonly match?: (request: FaultTarget) => boolean;
	/** How many requests fail; then the rule is spent. Default: all until disposed. */
	readonly times?: number;
	/**
	 * `throttle`: the service's own throttling answer · `error`: `status`, `code`, `message` · `delay`: `delayMs` or `until`, then
	 * answered as usual · `drop`: the connection is cut · `hang`: no answer until the client gives up or the server closes.
	 */
	readonly kind: "throttle" | "error" | "delay" | "drop" | "hang";
	/** For `error`. Default 500. */
	readonly status?: number;
	/** For `error`. Default the service's own code for an internal failure. */
	readonly code?: string;
	readonly message?: string;
	/** For `delay`, in milliseconds. */
	readonly delayMs?: number;
	/** For `delay`: answered once this has settled. */
	readonly until?: PromiseLike<unknown>;
	/** For `drop`: `"before"` (default) the request is carried out, or `"after"`, so that only its answer is lost. */
	readonly drop?: "before" | "after";
}

/** Thrown inside the server to cut the connection instead of answering. @internal */
export class Dropped extends Error {}

/** The rules in force, in the order in which they were given. @internal */
export class Faults {
	readonly #rules = new Set<{ readonly fault: LocalFault; left: number }>();

	/** @throws {InvalidOptionError} code `INVALID_OPTION` */
	add(given: LocalFault): Disposable {
		const fault = readOptions("fail()", given, KEYS);
		check(fault);
		// A gate that is rejected before any request meets it is nobody's unhandled rejection.
		void settled(fault.until);
		const rule = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
		this.#rules.add(rule);
		return { [Symbol.dispose]: () => void this.#rules.delete(rule) };
	}

	/** The first matching rule, its count taken down by one. */
	take(target: FaultTarget): LocalFault | undefined {
		for (const rule of this.#rules) {
			if (!matches(rule.fault, target)) continue;
			rule.left -= 1;
			if (rule.left <= 0) this.#rules.delete(rule);
			return rule.fault;
		}
		return undefined;
	}
}

/** Carries out a fault ahead of the request: returns when the request may go on, else throws. @internal */
export async function suffer(fault: LocalFault, protocol: Protocol, signal: AbortSignal): Promise<void> {
	switch (fault.kind) {
		case "throttle":
			throw refusalOf("throttled", protocol, fault.message);
		case "error": {
			const standard = refusalOf("internal", protocol);
			throw new Refusal(
				fault.status ?? standard.status,
				fault.code ?? standard.code,
				fault.message ?? standard.message,
			);
		}
		case "delay":
			await gone(
				Promise.all([fault.delayMs ? wait(fault.delayMs, undefined, { signal }) : 0, settled(fault.until)]),
				signal,
			);
			return;
		case "hang":
			await gone(new Promise(() => {}), signal);
			return;
		case "drop":
			if (fault.drop !== "after") throw new Dropped();
	}
}

const settled = async (until: PromiseLike<unknown> | undefined): Promise<void> => {
	try {
		await until;
	} catch {
		// Whichever way it settles, the wait is over.
	}
};

/** Waits for `promise`, but not longer than the client does. */
const gone = async (promise: Promise<unknown>, signal: AbortSignal): Promise<void> => {
	let leave = () => {};
	const left = new Promise<never>((_, reject) => {
		leave = () => reject(new Dropped());
		signal.addEventListener("abort", leave, { once: true });
		if (signal.aborted) leave();
	});
	try {
		await Promise.race([promise, left]);
	} finally {
		signal.removeEventListener("abort", leave);
	}
};

const KINDS = ["throttle", "error", "delay", "drop", "hang"];
const KEYS = [
	...["service", "action", "region", "account", "accessKeyId", "roleArn", "match", "times", "kind"],
	...["status", "code", "message", "delayMs", "until", "drop"],
];

const check = (fault: LocalFault): void => {
	const { kind, times, delayMs, status, code } = fault;
	if (!KINDS.includes(kind))
		throw new errors.InvalidOptionError(`fail() was given the kind ${show(kind)}; use one of ${KINDS.join(", ")}.`);
	if (times !== undefined && (!Number.isInteger(times) || times < 1)) {
		throw new errors.InvalidOptionError(
			`fail() was given times ${show(times)}; give a whole number above 0, or leave it out.`,
		);
	}
	if (kind === "delay" && fault.until === undefined && !(typeof delayMs === "number" && delayMs >= 0)) {
		throw new errors.InvalidOptionError(
			`fail() was given the kind "delay" with delayMs ${show(delayMs)}; give delayMs in milliseconds, or until.`,
		);
	}
	if (code !== undefined && !(typeof code === "string" && /^[\w.:#-]+$/.test(code))) {
		throw new errors.InvalidOptionError(
			`fail() was given the code ${show(code)}; give an AWS error code such as "ServiceUnavailable".`,
		);
	}
	if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599)) {
		throw new errors.InvalidOptionError(`fail() was given the status ${show(status)}; give 400 to 599.`);
	}
};

const matches = (fault: LocalFault, target: FaultTarget): boolean =>
	(fault.service === undefined || fault.service === target.service) &&
	(fault.action === undefined || fault.action === target.action) &&
	(fault.region === undefined || fault.region === target.region) &&
	(fault.account === undefined || fault.account === target.identity?.accountId) &&
	(fault.accessKeyId === undefined || fault.accessKeyId === target.identity?.accessKeyId) &&
	(fault.roleArn === undefined || fault.roleArn === target.roleArn) &&
	(fault.match?.(target) ?? true);
