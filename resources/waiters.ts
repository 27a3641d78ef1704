/** Runs the SDK's waiters with the parameters that the resource fills in. */

import type { WaiterDefinition } from "./definition.js";
import { refuse } from "./errors.js";
import { fillIn } from "./input.js";
import type { PlainObject } from "./paths.js";
import { type AnyResource, method, sourceValuesOf } from "./resource.js";

const { inspect } = process.getBuiltinModule("node:util");

/** Waits for the waiter's condition. The options are the SDK's, or a number of seconds. */
export async function wait(
	resource: AnyResource,
	{ waiter, params, maxWaitTime }: WaiterDefinition,
	options: unknown,
): Promise<void> {
	const given = typeof options === "number" ? { maxWaitTime: options } : (options ?? undefined);
	if (options === null || (given !== undefined && (typeof given !== "object" || Array.isArray(given)))) {
		refuse(
			`waitUntil${waiter}() takes seconds or { maxWaitTime, minDelay, maxDelay, abortSignal }, not ${inspect(options)}.`,
		);
	}
	const { maxWaitTime: seconds = maxWaitTime, ...rest } = (given ?? {}) as PlainObject;
	const run = method(resource.client, `waitUntil${waiter}`);
	// The SDK's waiters retry after any error, so get the credentials first: an error about the identity would never go away.
	await (resource.client as unknown as { config: { credentials(): Promise<unknown> } }).config.credentials();
	await run(fillIn(params, sourceValuesOf(resource)), { ...rest, maxWaitTime: seconds });
}
