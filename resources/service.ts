/** From definitions to classes: one class for each type of resource, made when it is first needed. */

import { runBatch } from "./batch.js";
import { AnyCollection } from "./collection.js";
import type { ResourceDefinition, ServiceDefinition, WaiterDefinition } from "./definition.js";
import { type Args, type Identity, identityOf } from "./identity.js";
import { type Bag, fillIn, merge } from "./input.js";
import { attributesOf } from "./names.js";
import {
	AnyResource,
	dataOf,
	getAttribute,
	load,
	type ResourceType,
	send,
	sourcesOf,
	titleOf,
	typeOf,
} from "./resource.js";
import { given, make, many, one, part } from "./results.js";

/** A class of resources. */
export type ResourceClass = (new (
	identity: Identity,
	identifiers: readonly unknown[],
	data?: unknown,
) => AnyResource) & {
	readonly type: ResourceType;
};

type Method = (this: AnyResource, ...args: unknown[]) => unknown;

/** What is written by hand for one type of resource. */
export interface ByHand {
	readonly load?: (resource: AnyResource) => Promise<unknown>;
	readonly methods?: Readonly<Record<string, Method>>;
}

/** What is written by hand for a service; the service itself has the name "". */
export interface Extras {
	/** Another accessor whose client the methods need. */
	readonly companion?: string;
	readonly types?: Readonly<Record<string, ByHand>>;
}

/** A service, ready for use. */
export interface Service {
	readonly definition: ServiceDefinition;
	classOf(name: string): ResourceClass;
}

/** The face of a service: called, it gives the service itself; its members make one resource. */
export function defineService<Face>(definition: ServiceDefinition, extras: Extras = {}): Face {
	const classes = new Map<string, ResourceClass>();
	const service: Service = {
		definition,
		classOf(name) {
			const known = classes.get(name);
			if (known !== undefined) return known;
			const made = classFor(service, name, extras.types?.[name]);
			classes.set(name, made);
			return made;
		},
	};
	const root = (args?: Args): AnyResource => {
		const Root = service.classOf("");
		return new Root(identityOf(definition.service, args, extras.companion), []);
	};
	for (const [name, result] of Object.entries(definition.root.parts ?? {})) {
		const count = result.by.length;
		const value = (...given: unknown[]): AnyResource => {
			const identifiers = given.slice(0, count);
			const parent = root(given[count] as Args);
			return make(parent, result.is, identifiers);
		};
		Object.defineProperty(root, name, { value, enumerable: true });
	}
	return root as Face;
}

function classFor(service: Service, name: string, byHand: ByHand = {}): ResourceClass {
	const definition = name === "" ? service.definition.root : service.definition.resources[name];
	if (definition === undefined) throw new TypeError(`${service.definition.service} defines no ${name}.`);
	const type: ResourceType = {
		name,
		definition,
		service,
		attributes: new Map(attributesOf(definition.attributes)),
		load: byHand.load,
	};
	const Made = class extends AnyResource {
		static override readonly type = type;
	};
	Object.defineProperty(Made, "name", { value: titleOf(type) });
	addMembers(Made.prototype, type);
	for (const [method, value] of Object.entries(byHand.methods ?? {})) define(Made.prototype, method, value);
	return Made;
}

function addMembers(prototype: AnyResource, type: ResourceType): void {
	const { definition } = type;
	const {
		ids = [],
		alias = {},
		actions = {},
		references = {},
		parts = {},
		collections = {},
		waiters = {},
	} = definition;
	ids.forEach((name, at) => void getter(prototype, name, (self) => AnyResource.identifier(self, at)));
	for (const [name, id] of Object.entries(alias)) {
		const at = ids.indexOf(id);
		getter(prototype, name, (self) => AnyResource.identifier(self, at));
	}
	for (const [name, member] of type.attributes) {
		getter(prototype, name, (self) => (AnyResource.data(self) ?? dataOf(self, name))[member]);
	}
	if (definition.load !== undefined || type.load !== undefined) {
		for (const name of ["load", "reload"])
			define(
				prototype,
				name,
				method(() => load),
			);
	}
	define(
		prototype,
		"get",
		method(() => getAttribute),
	);
	for (const [name, { op, fill, gives }] of Object.entries(actions)) {
		const act = async (self: AnyResource, input?: unknown): Promise<unknown> => {
			const where = `${titleOf(type)}.${name}()`;
			const request = merge(where, fillIn(fill, sourcesOf(self)), input, "fill each");
			const answer = await send(self, op, request);
			if (!READS.test(op)) AnyResource.touch(self);
			return gives === undefined ? answer : given(self, gives, sourcesOf(self, answer, request));
		};
		define(
			prototype,
			name,
			name === "get"
				? method(() => (self, input) => (typeof input === "string" ? getAttribute(self, input) : act(self, input)))
				: method(() => act),
		);
	}
	for (const [name, result] of Object.entries(references)) {
		getter(prototype, name, (self) => {
			const data = dataOf(self, name);
			const from = sourcesOf(self, data);
			return result.each === undefined
				? one(self, result, from)
				: many(self, result as typeof result & { each: string }, from);
		});
	}
	for (const [name, result] of Object.entries(parts)) {
		define(prototype, name, function (...identifiers) {
			return part(this, name, result, identifiers);
		});
	}
	for (const [name, collection] of Object.entries(collections)) {
		const batch = type.service.definition.resources[collection.gives.is]?.batch ?? {};
		const Collection = collectionClass(batch);
		getter(prototype, name, (self) => new Collection(self, name, collection));
	}
	for (const [name, waiter] of Object.entries(waiters)) {
		define(prototype, name, async function (options) {
			await wait(this, waiter, options);
		});
	}
}

/** Operations that change nothing, so that the loaded attributes stay good. */
const READS = /^(Get|Describe|List|Head|Query|Scan|BatchGet|Select|Receive)/;

function collectionClass(batch: NonNullable<ResourceDefinition["batch"]>): typeof AnyCollection {
	const Made = class extends AnyCollection {};
	for (const [name, request] of Object.entries(batch)) {
		Object.defineProperty(Made.prototype, name, {
			value(this: AnyCollection, input?: unknown) {
				return runBatch(this, name, request, input);
			},
			writable: true,
			configurable: true,
		});
	}
	return Made;
}

/** Waits with the SDK's own waiter. */
async function wait(
	resource: AnyResource,
	{ until, fill, seconds }: WaiterDefinition,
	options: unknown,
): Promise<void> {
	const given = typeof options === "number" ? { maxWaitTime: options } : (options as Bag | undefined);
	const waiter = `waitUntil${until}`;
	const client = resource.client as Record<string, ((input: Bag, config: Bag) => Promise<unknown>) | undefined>;
	if (typeof client[waiter] !== "function") {
		throw new TypeError(
			`The client of ${titleOf(typeOf(resource))} has no ${waiter}(); install a newer version of its SDK package.`,
		);
	}
	// The SDK's waiters go on after any error. One about the identity would not go away.
	await (resource.client as unknown as { config: { credentials(): Promise<unknown> } }).config.credentials();
	await client[waiter](fillIn(fill, sourcesOf(resource)), { maxWaitTime: seconds, ...given });
}

const method = (get: () => (self: AnyResource, ...args: never[]) => unknown): Method =>
	function (...args) {
		return get()(this, ...(args as never[]));
	};

function define(prototype: object, name: string, value: Method): void {
	Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}

function getter(prototype: object, name: string, get: (self: AnyResource) => unknown): void {
	Object.defineProperty(prototype, name, {
		get(this: AnyResource) {
			return get(this);
		},
		enumerable: true,
		configurable: true,
	});
}
