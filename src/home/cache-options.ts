/** The options that limit a cache: its size and its eviction policy. */

import { BadPolicyError, BadSizeError } from "../errors.js";
import { describe } from "./check.js";

/** Least recently used, least frequently used (with aging), or SIEVE. */
export type CachePolicy = "lru" | "lfu" | "sieve";

const POLICIES: readonly unknown[] = ["sieve", "lru", "lfu"] satisfies CachePolicy[];

/** The policy for clients and sessions, unless `configure()` sets another one. @internal */
export const DEFAULT_POLICY: CachePolicy = "sieve";

/** Rejects an unknown policy. @internal */
export function checkPolicy(where: string, policy: unknown): asserts policy is CachePolicy {
	if (POLICIES.includes(policy)) return;
	throw new BadPolicyError(`${where} takes "sieve", "lru" or "lfu", not ${describe(policy)}.`);
}

/** Rejects anything but a positive integer. @internal */
export function checkSize(where: string, size: unknown): asserts size is number {
	if (Number.isSafeInteger(size) && (size as number) >= 1) return;
	throw new BadSizeError(`${where} takes a positive integer, not ${describe(size)}.`);
}
