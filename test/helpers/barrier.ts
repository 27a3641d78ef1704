/** Points where concurrent work waits for each other, so that an order of events is made and not hoped for. */

import { vi } from "vitest";

/** Lets `count` arrivals wait until all of them are there. */
export function barrier(count: number): () => Promise<void> {
	const all = gate();
	let arrived = 0;
	return () => {
		arrived += 1;
		if (arrived === count) all.open();
		return all.opened;
	};
}

/** A promise and what settles it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
	let open = (): void => undefined;
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { opened, open: () => open() };
}

/** Waits until the assertion holds: for a state that nothing announces. It fails by its own message, never by being slow. */
export const eventually = (assertion: () => void): Promise<void> =>
	vi.waitFor(assertion, { timeout: 20_000, interval: 2 });
