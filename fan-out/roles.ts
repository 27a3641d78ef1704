/** Assumes the roles of targets ahead of their tasks, so that a task that runs doesn't wait for STS. */

import type { AwsSession } from "../src/index.js";
import { abortAfter } from "./attempt.js";

/** How many roles are assumed at a time. STS has as many connections. */
const ROLES_AT_ONCE = 16;

/** The sessions whose role is being assumed. */
export class Roles {
	/** For how many targets each of them is asked. */
	readonly #asking = new Map<AwsSession, number>();

	/** Whether one more may be asked now. Further targets of a session share its call. */
	isFree(session: AwsSession): boolean {
		return this.#asking.size < ROLES_AT_ONCE || this.#asking.has(session);
	}

	/** Rejects if the role can't be assumed, or not in this time. The session's call goes on for its other callers. */
	async assume(session: AwsSession, region: string, timeoutMs: number | undefined): Promise<void> {
		this.#asking.set(session, (this.#asking.get(session) ?? 0) + 1);
		const controller = new AbortController();
		const stop = abortAfter(controller, timeoutMs, "The role was not assumed");
		const signal = timeoutMs === undefined ? undefined : controller.signal;
		try {
			// As an SDK client would call it: the region chooses the STS endpoint if nothing else does.
			await session.credentials({ callerClientConfig: { region: region || undefined }, signal } as object);
		} finally {
			stop();
			const others = (this.#asking.get(session) ?? 1) - 1;
			if (others > 0) this.#asking.set(session, others);
			else this.#asking.delete(session);
		}
	}
}
