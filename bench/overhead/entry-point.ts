/** What the entry points have in common: the tenants, what a handler answers, and the least that a scope can be. */

import { AsyncLocalStorage } from "node:async_hooks";
import { accountSessions, currentAwsScope } from "aws-scope";

/** One invocation for a tenant; gives the handler's answer, which is the tenant's account. */
export type Invoke = (account: string) => Promise<string | Response>;

/** The same handler, or the same application, bare and with what gives it its tenant. */
export interface Way {
	readonly bare: () => Invoke | Promise<Invoke>;
	readonly added: () => Invoke | Promise<Invoke>;
	/** Every invocation is this tenant's; otherwise {@link ACCOUNTS} come in turn. */
	readonly account?: string;
}

/** The ways of one entry point, by what a user writes. */
export type EntryPoint = Readonly<Record<string, Way>>;

/** The way that every entry point has, and that the others are compared with. */
export const BY_HAND = "als.run() by hand";

/** The tenants whose requests come in turn. */
export const ACCOUNTS = Array.from({ length: 100 }, (_, index) => String(100_000_000_000 + index));

/** The one tenant where a spec is no function. */
export const ONE = "111111111111";
export const accounts = accountSessions({ role: "Tenant" });

/** What handlers answer: the tenant of aws-scope's scope, of a storage by hand, or none but that one. */
export const scoped = (): string => String(currentAwsScope().account);
export const own = new AsyncLocalStorage<{ readonly account: string }>();
export const stored = (): string => String(own.getStore()?.account);
export const one = (): string => ONE;
