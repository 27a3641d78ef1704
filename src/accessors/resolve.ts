/** Resolves an accessor call to a warm client. */

import type { ClientClass, DocumentClass } from "../client/args.js";
import { buildClient, guardSend } from "../client/build.js";
import { type WarmClient, warmClient } from "../client/cached-clients.js";
import { clientIdentityKey } from "../client/key.js";
import { forDocument } from "../client/service-class.js";
import { NotAClientError } from "../errors.js";
import { canonical } from "../home/canonical.js";
import { digest, objectNumber } from "../home/digest.js";
import { home } from "../home/home.js";
import { layered } from "../home/layered.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";
import { refuseLost } from "../scope/lost-scope.js";
import { type ScopeCell, unbound } from "../scope/scope.js";
import { ambientRegion } from "../session/ambient-region.js";
import type { AwsSession } from "../session/session.js";
import { type AccessorArgs, readCall } from "./call.js";
import { shownClient } from "./on-client.js";
import { outside, outsideEveryScope, strayedClientGuard } from "./rules.js";
import { inheritedRegion, isComparable, type Memo, makeShortcuts, memoOf } from "./shortcuts.js";

/** The classes behind an accessor. */
export interface Service {
	/** The call's name in errors. */
	readonly call: string;
	/** Loads the client class on first use. */
	readonly load: () => ClientClass;
	/** Loads the class that wraps that client, `DynamoDBDocument`. */
	readonly loadDocument?: (() => DocumentClass) | undefined;
}

/** An untyped accessor. */
export type AnyAccessor = (args?: AccessorArgs) => object;

/** What an accessor was made from. */
interface Origin {
	readonly service: Service;
	readonly owner: AwsSession | undefined;
}

/** Holds it on the accessor. Another copy of the package finds it, too. */
const ORIGIN = Symbol.for("aws-scope/accessor");

/** What an accessor was made from; `undefined` for any other value. */
export const originOf = (accessor: unknown): Origin | undefined =>
	typeof accessor === "function" ? (accessor as { [ORIGIN]?: Origin })[ORIGIN] : undefined;

/** A scope, with the accessors' part. */
interface Cell extends ScopeCell {
	memo: Memo | undefined;
}

/**
 * Creates an accessor for the current scope or, with an owner, for that session in any scope. A warm call reads the
 * AsyncLocalStorage once and does two lookups.
 */
export function makeAccessor(service: Service, owner?: AwsSession): AnyAccessor {
	const typeOf = service.loadDocument ?? service.load;
	const accessor: AnyAccessor = (args) => {
		const cell = home.storage.getStore() as Cell | undefined;
		const named = owner ?? sessionIn(args);
		const memo = named === undefined ? memoOfScope(cell ?? (outside() as Cell)) : memoOf(named, true, cell);
		const warm = memo?.get(typeOf())?.find(args, named);
		if (warm === undefined) return resolveClient(service, args, cell, owner);
		if (cell === undefined && named === undefined) refuseLost(service.call);
		warm.visited = true;
		warm.recent = true;
		if (warm.counted !== undefined) warm.counted.touch(warm);
		return warm.client;
	};
	return Object.defineProperty(accessor, ORIGIN, { value: { service, owner } satisfies Origin });
}

/** The session that a plain object names. {@link readCall} reads any other object, once. */
const sessionIn = (args: AccessorArgs): AwsSession | undefined =>
	typeof args === "object" && args?.constructor === Object ? (args["session"] as AwsSession | undefined) : undefined;

/** Set by the first call in a scope. A scope without an identity has none, because its session is still to come. */
function memoOfScope(cell: Cell): Memo | undefined {
	cell.memo ??= memoOf(cell.session, false, cell);
	return cell.memo;
}

/** The slow path. Stores a shortcut for calls with the same arguments. */
function resolveClient(
	service: Service,
	args: AccessorArgs,
	cell: Cell | undefined,
	owner: AwsSession | undefined,
): object {
	const wanted = wantedBy(service.call, args, cell, owner);
	const { shortcut, client } = find(service, wanted, cell?.passing);
	if (shortcut.warm !== undefined && isComparable(args)) {
		const shortcuts = makeShortcuts((service.loadDocument ?? service.load)(), wanted.session, wanted.named, cell);
		shortcuts.add(args, shortcut);
	}
	return client;
}

/** The session, region and options of a call at this point. `owner` is set for an accessor of a session. */
export function wantedBy(
	where: string,
	args: AccessorArgs,
	cell: ScopeCell | undefined,
	owner?: AwsSession | undefined,
): Wanted {
	const call = readCall(where, args, cell, owner);
	const named = call.session !== undefined;
	const scope = named || cell !== undefined ? cell : outsideEveryScope(where);
	const session = call.session ?? scope?.session;
	if (session === undefined) throw refused(unbound(where));
	const inherited = inheritedRegion(session, named, scope);
	// If a profile has no region, the SDK doesn't use another profile's. A role has no profile of its own.
	const profile = session.roleArn === undefined ? session.place.profile : undefined;
	return {
		session,
		named,
		region: call.region ?? inherited ?? settings().region ?? ambientRegion(profile),
		config: layered(settings().clientDefaults, scope?.clientDefaults, call.config),
	};
}

/** Everything that distinguishes a call's client from others of the same class. */
export interface Wanted {
	readonly session: AwsSession;
	readonly named: boolean;
	readonly region: string | undefined;
	readonly config: Readonly<Record<string, unknown>>;
}

type Passing = ScopeCell["passing"];

function find(service: Service, wanted: Wanted, passing: Passing): WarmClient {
	if (service.loadDocument === undefined) return findClient(service, wanted, passing);
	const type = service.loadDocument();
	const { marshallOptions, unmarshallOptions, ...config } = wanted.config;
	const translate = { marshallOptions, unmarshallOptions };
	const inner = findClient(service, { ...wanted, config }, passing);
	const key = `document.${objectNumber(type)}|${digest(canonical(translate))}|${inner.key}`;
	const build = (): object => {
		const given = forDocument(inner.client);
		const document = type.from(given as never, translate as never) as object as typeof given;
		// A client class may have a `from()` of its own, which makes a client with the process's credentials.
		if (
			!(document instanceof (type as unknown as ClientClass)) ||
			document.config !== given.config ||
			document.middlewareStack !== given.middlewareStack
		) {
			throw new NotAClientError(
				`${service.call} takes a client class, or a class like DynamoDBDocument whose from() uses the client that it is given; ${type.name}.from() does not.`,
			);
		}
		Object.defineProperty(document, "config", { writable: false, configurable: false });
		if (!wanted.named) guardSend(document, strayedClientGuard("DynamoDBDocument", wanted.session));
		return document;
	};
	return warmClient(key, wanted.session, build, undefined, passing);
}

function findClient({ load }: Service, { session, named, region, config }: Wanted, passing: Passing): WarmClient {
	const type = load();
	const key = clientIdentityKey({ class: type, region, sessionKey: session.key, named, config });
	const guard = named ? undefined : strayedClientGuard(type.name, session);
	return warmClient(
		key,
		session,
		() => shownClient(type, buildClient({ class: type, session, region, config, guard }), session, region),
		() => ({ client: type.name, region }),
		passing,
	);
}
