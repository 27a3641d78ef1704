/** `withAwsScope`: a handler that runs each of its calls in a scope of its own. */

import { describe, fail, hasMethod } from "../home/check.js";
import { defaultSession } from "../session/sessions.js";
import { chained } from "./chained.js";
import { handOut } from "./lazy.js";
import { rememberTenants } from "./lost-scope.js";
import { currentCell, openCell, runInCell, type ScopeCell } from "./scope.js";
import { type AwsScopeSpec, namesIdentity, readSpec } from "./spec.js";

/** Finds the spec of one call from the handler's own arguments. */
export type AwsScopeSpecFunction<Args extends unknown[]> = (...args: Args) => AwsScopeSpec | Promise<AwsScopeSpec>;

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Wraps a handler so that each call runs in a scope of its own. Keeps `this`, the handler's own properties (Lambda's
 * marker of response streaming among them) and whether it is synchronous, unless the spec is found asynchronously.
 * @param fn any function: a Lambda handler, a middy handler, an async generator
 * @param spec what the scope names, or a function of the handler's arguments that finds it; it runs in the surrounding
 * scope, or where there is none in one of the default session
 * @example
 * export const handler = withAwsScope(handle, (event) => ({ account: event.account, accounts }));
 * @throws {InvalidOptionError} code `INVALID_OPTION`; {@link TenantNotFoundError} code `TENANT_NOT_FOUND` where the spec, or
 * the account or session in it, is `undefined`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export function withAwsScope<Fn extends (...args: never[]) => unknown>(
	fn: Fn,
	...given: [spec?: AwsScopeSpec | AwsScopeSpecFunction<Parameters<Fn>>]
): Fn {
	if (typeof fn !== "function") fail(`withAwsScope() takes a function, not ${describe(fn)}.`);
	// A spec that was looked up and not found must not become the process's own identity.
	const asked = given.length === 0 ? {} : given[0];
	const spec = typeof asked === "function" ? asked : readSpec("withAwsScope()", asked);
	const handler = fn as unknown as Handler;
	// No parameter is declared: Lambda refuses a handler that declares three, taking the third for a callback.
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
	const open = (answer: AwsScopeSpec): ScopeCell => {
		const spec = readSpec("withAwsScope()", answer);
		if (outer === undefined && !spec.bindLater && !namesIdentity(spec)) {
			fail(
				`The spec function of ${spec.where} named no session and no account; find the tenant's account first, or throw where there is none.`,
			);
		}
		return openCell("withAwsScope()", spec, outer);
	};
	const proceed = (spec: AwsScopeSpec): unknown => call(open(spec), handler, self, args);
	const surroundings = outer ?? openCell("withAwsScope()", defaultSession(), undefined);
	const found = runInCell(surroundings, () => {
		const given = find(...args);
		// A query that starts when it is awaited looks the tenant up in here.
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

/** Whether calling it gives an async generator. */
const isAsyncGeneratorFunction = (fn: unknown): boolean =>
	Object.prototype.toString.call(fn) === "[object AsyncGeneratorFunction]";

/** An async generator that is asked for values before its scope is known makes the first one wait. */
function stepLater(generator: Promise<unknown>): AsyncGenerator {
	// It is told to whoever asks for a value; a generator that nobody asks fails for nobody.
	generator.catch(() => {});
	return (async function* () {
		return yield* (await generator) as AsyncGenerator;
	})();
}

/**
 * Gives the wrapper the handler's own properties. A method that returns the handler itself, as middy's `use()` does,
 * returns the wrapper: what is chained after wrapping stays wrapped.
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
