/** From an accessor call to the warm client that it means. */

import { LRUCache } from "lru-cache";
import type { ClientClass } from "../client/args.js";
import { buildClient } from "../client/build.js";
import { clientIdentityKey } from "../client/key.js";
import { loadDocumentClass } from "../client/service-class.js";
import { addShortcut, type Shortcuts, type WarmClient, warmClient } from "../client/warm.js";
import { canonical } from "../home/canonical.js";
import { home, slot } from "../home/home.js";
import { digest } from "../home/identity.js";
import { settings } from "../home/settings.js";
import { type ScopeCell, unbound } from "../scope/scope.js";
import { ambientRegion } from "../session/ambient-region.js";
import type { AwsSession } from "../session/session.js";
import { type AccessorArgs, readCall } from "./call.js";
import { outsideEveryScope, refused, strayedClientGuard } from "./rules.js";

/** What one accessor stands for. */
export interface Service {
	/** How errors name a call of it. */
	readonly call: string;
	/** Loads the SDK's class on first use. */
	readonly load: () => ClientClass;
	/** Wraps the client in a `DynamoDBDocument`. */
	readonly document: boolean;
}

/** An accessor, before its types are known. */
export type AnyAccessor = (args?: AccessorArgs) => object;

/** One table of shortcuts per accessor, by the accessor's number, for all that sees the same session and defaults. */
type Memo = (Shortcuts | undefined)[];

const MAX_MEMOS = 10_000;
const memos = slot("memos", () => new LRUCache<string, Memo>({ max: MAX_MEMOS }));
/** In the home, because two copies of the package share its memos. */
const numbering = slot("accessor-numbers", () => ({ next: 0 }));

/** An accessor that follows the current scope. When warm: one look at the store and one in a table. */
export function scopedAccessor(service: Service): AnyAccessor {
	const number = numbering().next++;
	return (args) => {
		const cell = home.storage.getStore() as ScopeCell | undefined;
		if (typeof args === "object") return clientInScope(service, args, cell).client;
		const surroundings = cell === undefined ? outsideEveryScope(service.call) : cell;
		const warm = (surroundings.memo as Memo | undefined)?.[number]?.get(args);
		if (warm === undefined) return firstInScope(service, number, args, surroundings).client;
		warm.visited = true;
		if (warm.counted !== undefined) warm.counted.touch(warm);
		return warm.client;
	};
}

/** An accessor of one session, whatever the current scope is. */
export function sessionAccessor(service: Service, session: AwsSession): AnyAccessor {
	return (args) => {
		const cell = home.storage.getStore() as ScopeCell | undefined;
		const named =
			typeof args === "object" ? { ...args, session } : { session, ...(args === undefined ? {} : { region: args }) };
		return clientInScope(service, named, cell).client;
	};
}

function firstInScope(service: Service, number: number, args: string | undefined, cell: ScopeCell): WarmClient {
	const warm = clientInScope(service, args, cell);
	const memo = memoOf(cell);
	cell.memo = memo;
	memo[number] ??= new Map();
	addShortcut(memo[number], args, warm);
	return warm;
}

/** Scopes that see the same session, region and defaults share their shortcuts. */
function memoOf({ session, region, clientDefaults }: ScopeCell): Memo {
	const defaults = clientDefaults === undefined ? "" : digest(canonical(clientDefaults));
	const key = `${session?.key}|${region}|${defaults}`;
	let memo = memos().get(key);
	if (memo === undefined) {
		memo = [];
		memos().set(key, memo);
	}
	return memo;
}

function clientInScope(service: Service, args: AccessorArgs, cell: ScopeCell | undefined): WarmClient {
	const call = readCall(service.call, args, cell);
	const named = call.session !== undefined;
	const surroundings = named || cell !== undefined ? cell : outsideEveryScope(service.call);
	const session = call.session ?? surroundings?.session;
	if (session === undefined) throw refused(unbound(service.call));
	const scopeRegion = surroundings?.region;
	const inherited = named ? (session.region ?? scopeRegion) : (scopeRegion ?? session.region);
	return find(service, {
		session,
		named,
		region: call.region ?? inherited ?? settings().region ?? ambientRegion(),
		config: { ...settings().clientDefaults, ...surroundings?.clientDefaults, ...call.config },
	});
}

interface Wanted {
	readonly session: AwsSession;
	readonly named: boolean;
	readonly region: string | undefined;
	readonly config: Readonly<Record<string, unknown>>;
}

function find(service: Service, wanted: Wanted): WarmClient {
	if (!service.document) return findClient(service, wanted);
	const { marshallOptions, unmarshallOptions, ...config } = wanted.config;
	const translate = { marshallOptions, unmarshallOptions };
	const inner = findClient(service, { ...wanted, config });
	const key = `document|${digest(canonical(translate))}|${inner.key}`;
	return warmClient(key, () => loadDocumentClass().from(inner.client, translate as object));
}

function findClient({ call, load }: Service, { session, named, region, config }: Wanted): WarmClient {
	const type = load();
	const key = clientIdentityKey({ class: type, region, sessionKey: session.key, named, config });
	const guard = named ? undefined : strayedClientGuard(call, session);
	return warmClient(
		key,
		() => buildClient({ class: type, session, region, config, guard }),
		() => ({ client: type.name, region, session: session.key }),
	);
}
