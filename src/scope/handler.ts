/** `withAwsScope()`: wraps a handler so that each call runs in its own scope. */

import { describe, fail, hasMethod } from "../home/check.js";
import { defaultSession } from "../session/sessions.js";
import { chained } from "./chained.js";
import { handOut } from "./lazy.js";
import { rememberTenants } from "./lost-scope.js";
import { currentCell, openCell, runInCell, type ScopeCell } from "./scope.js";
import { type AwsScopeSpec, namesIdentity, readSpec } from "./spec.js";

/** Returns the spec for a call from the handler's arguments. */
export type AwsScopeSpecFunction<Args extends unknown[]> = (...args: Args) => AwsScopeSpec | Promise<AwsScopeSpec>;

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Wraps a handler so that each call runs in its own scope. Preserves `this` and the handler's own properties, such as
 * Lambda's mark for response streaming. A synchronous handler stays synchronous unless the spec function is async.
 * @param fn any function: a Lambda handler, a Middy handler, an async generator
 * @param spec the scope's identity and options, or a function that returns them from the handler's arguments. The function
 * runs in the surrounding scope, or as the default session if there is none.
 * @example
 * export const handler = withAwsScope(handle, (event) => ({ account: event.account, accounts }));
 * @throws {InvalidOptionError} code `INVALID_OPTION`; {@link TenantNotFoundError} code `TENANT_NOT_FOUND` if the spec, or
 * its account or session, is `undefined`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export function withAwsScope<Fn extends (...args: never[]) => unknown>(
	fn: Fn,
	...given: [spec?: AwsScopeSpec | AwsScopeSpecFunction<Parameters<Fn>>]
): Fn {
	if (typeof fn !== "function") fail(`withAwsScope() takes a function, not ${describe(fn)}.`);
	// An explicit `undefined` is a failed lookup, which must not run as the process itself.
	const specOrFunction = given.length === 0 ? {} : given[0];
	const spec = typeof specOrFunction === "function" ? specOrFunction : readSpec("withAwsScope()", specOrFunction);
	const handler = fn as unknown as Handler;
	// Declares no parameters, because Lambda rejects a handler that declares three: it takes the third for a callback.
	const wrapped: Handler =
		typeof spec === "function"
			? function (...args) {
					return callWithFoundSpec(handler, this, args, spec as AwsScopeSpecFunction<unknown[]>);
				}
			: function (...args) {
					return call(openCell("withAwsScope()", spec, currentCell()), handler, this, args);
				};
	return copyProperties(handler, wrapped) as unknown as Fn;
}

function callWithFoundSpec(
	handler: Handler,
	self: unknown,
	args: unknown[],
	find: AwsScopeSpecFunction<unknown[]>,
): unknown {
	rememberTenants();
	const outer = currentCell();
	const open = (returned: AwsScopeSpec): ScopeCell => {
		const spec = readSpec("withAwsScope()", returned);
		if (outer === undefined && !spec.bindLater && !namesIdentity(spec)) {
			fail(
				`The spec function of ${spec.where} returned no session and no account; find the tenant's account, or throw if there is none.`,
			);
		}
		return openCell("withAwsScope()", spec, outer);
	};
	const proceed = (spec: AwsScopeSpec): unknown => call(open(spec), handler, self, args);
	const lookupScope = outer ?? openCell("withAwsScope()", defaultSession(), undefined);
	const found = runInCell(lookupScope, () => {
		const given = find(...args);
		// A thenable such as a query starts when it is awaited, so start it in this scope.
		return isPromise(given) ? Promise.resolve(given) : given;
	});
	if (!isPromise(found)) return proceed(found);
	const later = found.then(proceed);
	return isAsyncGeneratorFunction(handler) ? stepLater(later) : later;
}

function call(cell: ScopeCell, handler: Handler, self: unknown, args: unknown[]): unknown {
	return handOut(
		cell,
		runInCell(cell, () => handler.apply(self, args)),
	);
}

const isPromise = (value: unknown): value is Promise<AwsScopeSpec> => hasMethod(value, "then");

/** Whether a function returns an async generator. */
const isAsyncGeneratorFunction = (fn: unknown): boolean =>
	Object.prototype.toString.call(fn) === "[object AsyncGeneratorFunction]";

/** An async generator whose first step waits until its scope is known. */
function stepLater(generator: Promise<unknown>): AsyncGenerator {
	// The caller of next() receives the error. Without one, it must not become an unhandled rejection.
	generator.catch(() => {});
	return (async function* () {
		return yield* (await generator) as AsyncGenerator;
	})();
}

/**
 * Copies the handler's own properties to the wrapper. A method that returns the handler, such as Middy's `use()`, returns
 * the wrapper instead, so chained calls stay wrapped.
 */
function copyProperties(from: Handler, to: Handler): Handler {
	const {
		length: _length,
		prototype: _prototype,
		...own
	} = Object.getOwnPropertyDescriptors(from) as Record<PropertyKey, PropertyDescriptor>;
	for (const key of Reflect.ownKeys(own)) {
		const descriptor = own[key] as PropertyDescriptor;
		Object.defineProperty(
			to,
			key,
			"value" in descriptor ? { ...descriptor, value: chained(descriptor.value, from, to) } : descriptor,
		);
	}
	return to;
}
