/** From an accessor call to the warm client that it means. */

import { SieveStore } from "../cache/sieve.js";
import type { StoreEntry } from "../cache/store.js";
import type { ClientClass, DocumentClass } from "../client/args.js";
import { buildClient, guardSend } from "../client/build.js";
import { noteShortcut, type WarmClient, warmClient } from "../client/cached-clients.js";
import { clientIdentityKey } from "../client/key.js";
import { forDocument } from "../client/service-class.js";
import { canonical } from "../home/canonical.js";
import { digest, objectNumber } from "../home/digest.js";
import { home, slot } from "../home/home.js";
import { layered } from "../home/layered.js";
import { refused } from "../home/refused.js";
import { settings } from "../home/settings.js";
import { type ScopeCell, unbound } from "../scope/scope.js";
import { ambientRegion } from "../session/ambient-region.js";
import type { AwsSession } from "../session/session.js";
import { type AccessorArgs, readCall } from "./call.js";
import { OptionShortcuts } from "./option-shortcuts.js";
import { outsideEveryScope, strayedClientGuard } from "./rules.js";

/** What one accessor stands for. */
export interface Service {
	/** How errors name a call of it. */
	readonly call: string;
	/** Loads the SDK's class on first use. */
	readonly load: () => ClientClass;
	/** Loads the class that is made around that client, `DynamoDBDocument`. */
	readonly loadDocument?: (() => DocumentClass) | undefined;
}

/** An accessor, before its types are known. */
export type AnyAccessor = (args?: AccessorArgs) => object;

/** The ways back to the warm clients of one accessor. */
interface Shortcuts {
	/** By the region as it was given. */
	readonly regions: Map<string | undefined, WarmClient>;
	readonly options: OptionShortcuts;
}

/** The shortcuts of every accessor, by its number, for all that sees the same session, region and defaults. */
type Memo = (Shortcuts | undefined)[];

/** One that leads to no warm client is worth nothing, so there need not be many more than clients. */
const MAX_MEMOS = 1_000;
const memos = slot("memos", () => new SieveStore<StoreEntry & { readonly memo: Memo }>(MAX_MEMOS));
/** In the home, because two copies of the package share its memos; by class, because accessors may be made in a handler. */
const numbering = slot("accessor-numbers", () => ({
	last: 0,
	classes: new WeakMap<object, number>(),
}));

/** The number of an accessor's place in every memo; none has the number 0. */
function numberOf({ load, loadDocument }: Service): number {
	const numbers = numbering();
	const type = (loadDocument ?? load)();
	const known = numbers.classes.get(type);
	if (known !== undefined) return known;
	numbers.last += 1;
	numbers.classes.set(type, numbers.last);
	return numbers.last;
}

/** An accessor that follows the current scope. When warm: one look at the store and one in a table. */
export function scopedAccessor(service: Service): AnyAccessor {
	// Given on first use, so that a memo is as long as the classes in use are many.
	let number = 0;
	const first = (args: AccessorArgs, cell: ScopeCell | undefined): object => {
		const warm = find(service, wantedBy(service.call, args, cell));
		// A scope that has no identity yet sees other things once it has one.
		if (cell?.session !== undefined) {
			number ||= numberOf(service);
			cell.memo = memoOf(cell, cell.session);
			remember(cell.memo as Memo, number, args, warm);
		}
		return warm.client;
	};
	return (args) => {
		const cell = home.storage.getStore() as ScopeCell | undefined;
		if (typeof args === "object") {
			const warm = (cell?.memo as Memo | undefined)?.[number]?.options.find(args);
			return warm === undefined ? first(args, cell) : used(warm);
		}
		const surroundings = cell === undefined ? outsideEveryScope(service.call) : cell;
		const warm = (surroundings.memo as Memo | undefined)?.[number]?.regions.get(args);
		return warm === undefined ? first(args, surroundings) : used(warm);
	};
}

/** An accessor of one session, whatever the current scope is. */
export function sessionAccessor(service: Service, session: AwsSession): AnyAccessor {
	return (args) => {
		const cell = home.storage.getStore() as ScopeCell | undefined;
		return find(service, wantedBy(service.call, args, cell, session)).client;
	};
}

function used(warm: WarmClient): object {
	warm.visited = true;
	warm.recent = true;
	if (warm.counted !== undefined) warm.counted.touch(warm);
	return warm.client;
}

function remember(memo: Memo, number: number, args: AccessorArgs, warm: WarmClient): void {
	memo[number] ??= { regions: new Map(), options: new OptionShortcuts() };
	const { regions, options } = memo[number];
	if (typeof args === "object") {
		const known = options.add(args, warm);
		if (known !== undefined) noteShortcut(options, known, warm);
	} else {
		noteShortcut(regions, args, warm);
		regions.set(args, warm);
	}
}

/** Scopes that see the same session, region and defaults share their shortcuts. */
function memoOf({ region = "?", clientDefaults }: ScopeCell, session: AwsSession): Memo {
	const defaults = clientDefaults === undefined ? "" : digest(canonical(clientDefaults));
	const key = `${region}|${defaults}|${session.key}`;
	const known = memos().peek(key);
	if (known !== undefined) {
		memos().touch(known);
		return known.memo;
	}
	const memo: Memo = [];
	memos().add({ key, visited: false, memo });
	return memo;
}

/** What a call means where it is made; `owner` is the session whose accessor it is. */
export function wantedBy(
	where: string,
	args: AccessorArgs,
	cell: ScopeCell | undefined,
	owner?: AwsSession | undefined,
): Wanted {
	const call = readCall(where, args, cell, owner);
	const named = call.session !== undefined;
	const surroundings = named || cell !== undefined ? cell : outsideEveryScope(where);
	const session = call.session ?? surroundings?.session;
	if (session === undefined) throw refused(unbound(where));
	const scopeRegion = surroundings?.region;
	const inherited = named ? (session.region ?? scopeRegion) : (scopeRegion ?? session.region);
	// Where a profile names no region, the SDK takes none from another profile. A role has no profile of its own.
	const profile = session.roleArn === undefined ? session.place.profile : undefined;
	return {
		session,
		named,
		region: call.region ?? inherited ?? settings().region ?? ambientRegion(profile),
		config: layered(settings().clientDefaults, surroundings?.clientDefaults, call.config),
	};
}

/** Everything that tells the client of a call from another of the same class. */
export interface Wanted {
	readonly session: AwsSession;
	readonly named: boolean;
	readonly region: string | undefined;
	readonly config: Readonly<Record<string, unknown>>;
}

function find(service: Service, wanted: Wanted): WarmClient {
	if (service.loadDocument === undefined) return findClient(service, wanted);
	const type = service.loadDocument();
	const { marshallOptions, unmarshallOptions, ...config } = wanted.config;
	const translate = { marshallOptions, unmarshallOptions };
	const inner = findClient(service, { ...wanted, config });
	const key = `document.${objectNumber(type)}|${digest(canonical(translate))}|${inner.key}`;
	return warmClient(key, wanted.session, () => {
		const document = type.from(forDocument(inner.client) as never, translate as never);
		Object.defineProperty(document, "config", { writable: false, configurable: false });
		if (!wanted.named) guardSend(document, strayedClientGuard("DynamoDBDocument", wanted.session));
		return document;
	});
}

function findClient({ load }: Service, { session, named, region, config }: Wanted): WarmClient {
	const type = load();
	const key = clientIdentityKey({ class: type, region, sessionKey: session.key, named, config });
	const guard = named ? undefined : strayedClientGuard(type.name, session);
	return warmClient(
		key,
		session,
		() => buildClient({ class: type, session, region, config, guard }),
		() => ({ client: type.name, region }),
	);
}
