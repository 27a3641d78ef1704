/** Shared by all entry points: the tenants, the handler's response, and the minimal scope. */

import { AsyncLocalStorage } from "node:async_hooks";
import { accountSessions, currentAwsScope } from "aws-scope";

/** One invocation for a tenant. Returns the handler's response, which is the tenant's account. */
export type Invoke = (account: string) => Promise<string | Response>;

/** The same handler or application, bare and with a scope or store. */
export interface Way {
	readonly bare: () => Invoke | Promise<Invoke>;
	readonly added: () => Invoke | Promise<Invoke>;
	/** The tenant of every invocation. Default: {@link ACCOUNTS} in turn. */
	readonly account?: string;
}

/** The ways of an entry point, by the code that a user writes. */
export type EntryPoint = Readonly<Record<string, Way>>;

/** The way that every entry point has and that the others are compared with. */
export const BY_HAND = "als.run() by hand";

/** The tenants that take turns. */
export const ACCOUNTS = Array.from({ length: 100 }, (_, index) => String(100_000_000_000 + index));

/** The only tenant if a spec is not a function. */
export const ONE = "111111111111";
export const accounts = accountSessions({ role: "Tenant" });

/** The handler's response: the tenant of the aws-scope scope, of a store by hand, or the only one. */
export const scoped = (): string => String(currentAwsScope().account);
export const own = new AsyncLocalStorage<{ readonly account: string }>();
export const stored = (): string => String(own.getStore()?.account);
export const one = (): string => ONE;
