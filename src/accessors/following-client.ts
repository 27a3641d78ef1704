/** `followingClient()`: one client object that a library can keep. Each use is the current scope's client. */

import type { ClientClass } from "../client/args.js";
import { answerWith } from "../client/build.js";
import type { AnyStack } from "../client/signing-steps.js";
import { describe, fail } from "../home/check.js";
import { home } from "../home/home.js";
import { handOut } from "../scope/lazy.js";
import { currentCell, type ScopeCell } from "../scope/scope.js";
import type { AwsSession } from "../session/session.js";
import { type AccessorArgs, copyArgs, namesIdentity } from "./call.js";
import { followingConfig, lateIdentity } from "./following-config.js";
import { StackChanges } from "./following-stack.js";
import { pageGuard } from "./page-token.js";
import { type AnyAccessor, originOf, type Service } from "./resolve.js";
import { isRefused, outside, outsideEveryScope } from "./rules.js";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** The part of an SDK client that this file needs. */
interface SdkClient {
	readonly config: Record<PropertyKey, unknown>;
	readonly middlewareStack: AnyStack;
	readonly send: Method;
}

/**
 * Returns one client object for a library that keeps its client, made before any scope is there. Each use is a use of the
 * client that the accessor would return at that point, so it is signed by the session of the scope that makes it. Its own
 * paginators and waiters stay with the session in which they began. Middleware that is added to it stays on it, and
 * `destroy()` does nothing.
 * @param accessor an accessor such as `clients.s3`, or one of `defineClients()`. Its class is loaded when it is needed.
 * @param args the accessor's argument
 * @example
 * const orders = new OrderRepository(followingClient(clients.dynamodbDocument));
 * @throws {InvalidOptionError} code `INVALID_OPTION`. Each use fails with what the accessor throws there:
 * {@link LostScopeError} code `LOST_SCOPE`, {@link UnboundScopeError} code `UNBOUND_SCOPE`
 */
export function followingClient<AnyOf extends (args?: never) => object>(
	accessor: AnyOf,
	args?: Parameters<AnyOf>[0],
): ReturnType<AnyOf> {
	const origin = originOf(accessor);
	if (origin === undefined) {
		return fail(
			`followingClient() takes an accessor such as clients.s3, not ${describe(accessor)}; pass the accessor without calling it, or one of defineClients({ files: S3 }).`,
		);
	}
	const given = copyArgs("followingClient()", args as AccessorArgs);
	const named = origin.owner !== undefined || namesIdentity(given);
	return follow(origin.service, accessor as AnyAccessor, given, named) as ReturnType<AnyOf>;
}

function follow(service: Service, accessor: AnyAccessor, given: AccessorArgs, named: boolean): object {
	const current = (): SdkClient => accessor(given) as SdkClient;
	const identity = lateIdentity(() => current().config);
	const template = lazy(() => bareClient(service, identity));
	const shown = (): SdkClient => (!named && isRefused() ? template() : current());
	let withChanges = new WeakMap<SdkClient, object>();
	const changes = new StackChanges(
		() => template().middlewareStack,
		() => {
			withChanges = new WeakMap();
		},
	);
	/** The client with this object's middleware. It also has its own cache of handlers (`cacheMiddleware`). */
	const changed = (client: SdkClient): object => {
		const known = withChanges.get(client);
		if (known !== undefined) return known;
		const made = Object.create(client, {
			middlewareStack: { value: changes.over(() => client.middlewareStack) },
			handlers: { value: undefined, writable: true, configurable: true },
		}) as object;
		withChanges.set(client, made);
		return made;
	};
	const checkPages = pageGuard();
	const checkHere = (command: unknown): void => {
		if (!named) checkPages(command, (currentCell() ?? outside()).session as AwsSession);
	};
	const send = (...args: unknown[]): unknown => {
		let client: SdkClient;
		try {
			client = current();
			checkHere(args[0]);
		} catch (error) {
			return answerWith(error, args);
		}
		return Reflect.apply(client.send, changes.isEmpty ? client : changed(client), args);
	};
	// A document client around this object sends by its stack, without its `send`.
	const addCheck = (to: AnyStack): void =>
		to.add(
			(next) => async (request) => {
				checkHere(request);
				return next(request);
			},
			{ name: "awsScopePages", step: "initialize", priority: "high", override: true },
		);
	const stack = changes.over(
		() => current().middlewareStack,
		() => shown().middlewareStack,
		addCheck,
	);
	const scope = (): ScopeCell | undefined => currentCell() ?? (named ? undefined : outsideEveryScope(service.call));
	return Object.create(prototypeOf(service, current, scope), {
		send: { value: send, ...REPLACEABLE },
		destroy: { value: () => undefined, ...REPLACEABLE },
		config: { value: followingConfig(identity, () => shown().config) },
		middlewareStack: { value: stack },
	}) as object;
}

/** A test may mock these. */
const REPLACEABLE = { writable: true, configurable: true } as const;

/** The class's prototype, which is found on first use, because a bundle may register its classes later. */
function prototypeOf(service: Service, current: () => unknown, scope: () => ScopeCell | undefined): object {
	const prototype = (): object => ((service.loadDocument ?? service.load)() as ClientClass).prototype as object;
	return new Proxy(Object.create(null) as object, {
		getPrototypeOf: prototype,
		has: (_target, name) => Reflect.has(prototype(), name),
		get(_target, name, receiver) {
			const member: unknown = Reflect.get(prototype(), name, receiver);
			if (typeof member !== "function") return member;
			if (/^paginat/.test(String(name))) return paginator(scope, member as Method);
			return /^wait/.test(String(name)) ? waiter(current, member as Method) : member;
		},
	});
}

/** Fails at once where it is refused. The SDK's waiters would try again, because any failure may be a passing one. */
const waiter = (current: () => unknown, wait: Method): Method =>
	async function (...args) {
		current();
		return Reflect.apply(wait, this, args);
	};

/** Keeps a paginator in the scope in which it began. A waiter stays there anyway, because it runs on its own. */
const paginator = (scope: () => ScopeCell | undefined, paginate: Method): Method =>
	function (...args) {
		const cell = scope();
		const pages: unknown = Reflect.apply(paginate, this, args);
		return cell === undefined ? pages : handOut(cell, pages);
	};

/** A client of the class that signs for the current scope. It only shows what clients of this class are like. */
function bareClient({ load, loadDocument }: Service, identity: object): SdkClient {
	const client = home.detached(() => new (load())(identity));
	return (loadDocument === undefined ? client : loadDocument().from(client as never)) as SdkClient;
}

function lazy<Value>(make: () => Value): () => Value {
	let made: { readonly value: Value } | undefined;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}
