/** A session's previous keys, with which a request in flight may still be signed. */

import { clock } from "../home/clock.js";

/** A signature takes less time than this (milliseconds), and fewer rotations. */
const KEPT_FOR = 60_000;
const KEPT = 1_000;

/** Previous keys, oldest first. The last one is kept until the next rotation, because a process may freeze while it signs. */
export class IssuedKeys {
	readonly #former: { readonly accessKeyId: string; readonly at: number }[] = [];

	/** Adds a key that was replaced. */
	retire(accessKeyId: string): void {
		const at = clock().monotonic();
		this.#former.push({ accessKeyId, at });
		while (this.#former.length > KEPT || at - (this.#former[0]?.at ?? at) > KEPT_FOR) this.#former.shift();
	}

	has(accessKeyId: string): boolean {
		return this.#former.some((key) => key.accessKeyId === accessKeyId);
	}
}
