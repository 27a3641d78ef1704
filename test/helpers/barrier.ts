/** Barriers that force an order of concurrent events. */

import { vi } from "vitest";

/** Makes `count` callers wait until all of them have arrived. */
export function barrier(count: number): () => Promise<void> {
	const all = gate();
	let arrived = 0;
	return () => {
		arrived += 1;
		if (arrived === count) all.open();
		return all.opened;
	};
}

/** A promise and the functions that settle it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
	let open = (): void => undefined;
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { opened, open: () => open() };
}

/** Waits until the assertion passes, for states without an event. Fails with the assertion's message, and never for being slow. */
export const eventually = (assertion: () => void): Promise<void> =>
	vi.waitFor(assertion, { timeout: 20_000, interval: 2 });
