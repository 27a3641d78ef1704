/** The keys that a session held until lately: a request that is just being signed may still carry one of them. */

import { clock } from "../home/clock.js";

/** No signing takes longer than this (milliseconds), nor as many rotations. */
const KEPT_FOR = 60_000;
const KEPT = 1_000;

/** Former keys, oldest first; the last one is kept until the next, for a process may be frozen while it signs. */
export class IssuedKeys {
	readonly #former: { readonly accessKeyId: string; readonly at: number }[] = [];

	/** Another key takes its place. */
	retire(accessKeyId: string): void {
		const at = clock().monotonic();
		this.#former.push({ accessKeyId, at });
		while (this.#former.length > KEPT || at - (this.#former[0]?.at ?? at) > KEPT_FOR) this.#former.shift();
	}

	has(accessKeyId: string): boolean {
		return this.#former.some((key) => key.accessKeyId === accessKeyId);
	}
}
