/** Waiters: the SDK's own, with what the resource fills in. */

import type { WaiterDefinition } from "./definition.js";
import { type Bag, fillIn } from "./input.js";
import { type AnyResource, method, sourcesOf } from "./resource.js";

/** Waits until the resource is as the waiter says; options are the SDK's, or a number of seconds. */
export async function wait(
	resource: AnyResource,
	{ until, fill, seconds }: WaiterDefinition,
	options: unknown,
): Promise<void> {
	const given = typeof options === "number" ? { maxWaitTime: options } : (options as Bag | undefined);
	const run = method(resource.client, `waitUntil${until}`);
	// The SDK's waiters go on after any error. One about the identity would not go away.
	await (resource.client as unknown as { config: { credentials(): Promise<unknown> } }).config.credentials();
	await run(fillIn(fill, sourcesOf(resource)), { maxWaitTime: seconds, ...given });
}
