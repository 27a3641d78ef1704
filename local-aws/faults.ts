/** Injects faults: throttles, fails, delays, drops or hangs the requests that match. */

import { setTimeout as wait } from "node:timers/promises";
import { errors, readOptions } from "../src/index.js";
import { ConnectionDropped } from "./http.js";
import { show } from "./options.js";
import { CommonError, type Protocol, ServiceError } from "./protocols/protocol.js";
import type { LocalIdentity } from "./types.js";

/** The request that a fault is matched with. */
export interface FaultTarget {
	readonly service: string;
	readonly action: string;
	readonly region: string;
	/** Missing for AssumeRoleWithWebIdentity. */
	readonly identity?: LocalIdentity;
	/** The role that the request assumes. */
	readonly roleArn?: string;
}

/** Which requests fail, and how. A request must match every condition; without conditions, every verified request does. */
export interface LocalFault {
	readonly service?: string;
	readonly action?: string;
	readonly region?: string;
	/** The caller's account. */
	readonly account?: string;
	/** The caller's access key. */
	readonly accessKeyId?: string;
	/** The role that AssumeRole is called for. */
	readonly roleArn?: string;
	readonly match?: (request: FaultTarget) => boolean;
	/** How many requests fail. Default: all of them, until the fault is disposed. */
	readonly times?: number;
	/**
	 * `throttle`: the service's throttling error · `error`: an error with `status`, `code` and `message` · `delay`: the usual
	 * response after `delayMs` or `until` · `drop`: the connection is closed without a response · `hang`: no response until
	 * the client gives up or the local AWS is closed.
	 */
	readonly kind: "throttle" | "error" | "delay" | "drop" | "hang";
	/** For `error`. Default 500. */
	readonly status?: number;
	/** For `error`. Default: the service's code for an internal error. */
	readonly code?: string;
	readonly message?: string;
	/** For `delay`, in milliseconds. */
	readonly delayMs?: number;
	/** For `delay`: respond once this promise has settled. */
	readonly until?: PromiseLike<unknown>;
	/** For `drop`: close the connection `"before"` (default) or `"after"` the request is carried out. */
	readonly drop?: "before" | "after";
}

/** The faults of one local AWS, in the order in which they were added. @internal */
export class Faults {
	readonly #rules = new Set<{ readonly fault: LocalFault; left: number }>();

	/** @throws {InvalidOptionError} code `INVALID_OPTION` */
	add(given: LocalFault): Disposable {
		const fault = readOptions("fail()", given, KEYS);
		check(fault);
		// It may reject before a request waits for it, which must not be an unhandled rejection.
		void settled(fault.until);
		const rule = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
		this.#rules.add(rule);
		return { [Symbol.dispose]: () => void this.#rules.delete(rule) };
	}

	/** The first fault that matches; counts as one use. */
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

/** Applies a fault; returns when the request is to be carried out. @internal */
export async function applyFault(fault: LocalFault, protocol: Protocol, signal: AbortSignal): Promise<void> {
	const { kind, status, code, message, delayMs, until } = fault;
	if (kind === "throttle" || kind === "error") {
		const usual = new CommonError(kind === "error" ? "internal" : "throttled").forProtocol(protocol);
		throw new ServiceError(status ?? usual.status, code ?? usual.code, message ?? usual.message);
	}
	if (kind === "hang") await unlessAborted(new Promise(() => {}), signal);
	if (kind === "delay") {
		const delay = delayMs ? wait(delayMs, undefined, { signal }) : undefined;
		await unlessAborted(Promise.all([delay, settled(until)]), signal);
	}
	if (kind === "drop" && fault.drop !== "after") throw new ConnectionDropped();
}

const settled = async (until: PromiseLike<unknown> | undefined): Promise<void> => {
	try {
		await until;
	} catch {
		// However it settles, the wait is over.
	}
};

/** Waits for `promise`, but no longer than the client does. */
const unlessAborted = async (promise: Promise<unknown>, signal: AbortSignal): Promise<void> => {
	let leave = () => {};
	const left = new Promise<never>((_, reject) => {
		leave = () => reject(new ConnectionDropped());
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

const check = ({ kind, times, delayMs, until, status, code }: LocalFault): void => {
	if (!KINDS.includes(kind)) invalid("kind", kind, `use one of ${KINDS.join(", ")}`);
	if (times !== undefined && (!Number.isInteger(times) || times < 1)) {
		invalid("times", times, "use a whole number above 0, or leave it out");
	}
	if (kind === "delay" && until === undefined && !(typeof delayMs === "number" && delayMs >= 0)) {
		invalid("delayMs", delayMs, `the kind "delay" needs delayMs in milliseconds, or until`);
	}
	if (code !== undefined && !(typeof code === "string" && /^[\w.:#-]+$/.test(code))) {
		invalid("code", code, `use an AWS error code such as "ServiceUnavailable"`);
	}
	if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599)) {
		invalid("status", status, "use 400 to 599");
	}
};

const invalid = (name: string, value: unknown, remedy: string): never => {
	throw new errors.InvalidOptionError(`fail() got the ${name} ${show(value)}; ${remedy}.`);
};

const matches = (fault: LocalFault, target: FaultTarget): boolean =>
	(fault.service === undefined || fault.service === target.service) &&
	(fault.action === undefined || fault.action === target.action) &&
	(fault.region === undefined || fault.region === target.region) &&
	(fault.account === undefined || fault.account === target.identity?.accountId) &&
	(fault.accessKeyId === undefined || fault.accessKeyId === target.identity?.accessKeyId) &&
	(fault.roleArn === undefined || fault.roleArn === target.roleArn) &&
	(fault.match?.(target) ?? true);
