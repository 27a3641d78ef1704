/** What bounds a cache: how many it keeps, and which of them goes when a new one needs its place. */

import { BadPolicyError, BadSizeError } from "../errors.js";
import { describe } from "./check.js";

/** Least recently used, least frequently used (with ageing), or SIEVE. */
export type CachePolicy = "lru" | "lfu" | "sieve";

const POLICIES: readonly unknown[] = ["sieve", "lru", "lfu"] satisfies CachePolicy[];

/** The policy of everything that is kept warm, unless `configure()` names another. @internal */
export const DEFAULT_POLICY: CachePolicy = "sieve";

/** Refuses an unknown policy. @internal */
export function checkPolicy(where: string, policy: unknown): asserts policy is CachePolicy {
	if (POLICIES.includes(policy)) return;
	throw new BadPolicyError(`${where} takes "sieve", "lru" or "lfu", not ${describe(policy)}.`);
}

/** Refuses a bound that is none. @internal */
export function checkSize(where: string, size: unknown): asserts size is number {
	if (Number.isSafeInteger(size) && (size as number) >= 1) return;
	throw new BadSizeError(`${where} takes a whole number from 1 on, not ${describe(size)}.`);
}
