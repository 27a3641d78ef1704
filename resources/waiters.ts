/** Waiters: the SDK's own, with what the resource fills in. */

import type { WaiterDefinition } from "./definition.js";
import { type Bag, fillIn } from "./input.js";
import { type AnyResource, sourcesOf, titleOf, typeOf } from "./resource.js";

/** Waits until the resource is as the waiter says; options are the SDK's, or a number of seconds. */
export async function wait(
	resource: AnyResource,
	{ until, fill, seconds }: WaiterDefinition,
	options: unknown,
): Promise<void> {
	const given = typeof options === "number" ? { maxWaitTime: options } : (options as Bag | undefined);
	const waiter = `waitUntil${until}`;
	const client = resource.client as Record<string, ((input: Bag, config: Bag) => Promise<unknown>) | undefined>;
	if (typeof client[waiter] !== "function") {
		throw new TypeError(
			`The client of ${titleOf(typeOf(resource))} has no ${waiter}(); install a newer version of its SDK package.`,
		);
	}
	// The SDK's waiters go on after any error. One about the identity would not go away.
	await (resource.client as unknown as { config: { credentials(): Promise<unknown> } }).config.credentials();
	await client[waiter](fillIn(fill, sourcesOf(resource)), { maxWaitTime: seconds, ...given });
}
