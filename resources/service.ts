/** From definitions to classes: one class for each type of resource, made when it is first needed. */

import type { ServiceDefinition } from "./definition.js";
import { type Args, type Identity, identityOf } from "./identity.js";
import { addMembers, define, type Method } from "./members.js";
import { attributesOf } from "./names.js";
import { AnyResource, type ResourceType, titleOf } from "./resource.js";
import { makeOf } from "./results.js";

/** A class of resources. */
export type ResourceClass = (new (
	identity: Identity,
	identifiers: readonly unknown[],
	data?: unknown,
) => AnyResource) & {
	readonly type: ResourceType;
};

/** What is written by hand for one type of resource. */
export interface ByHand {
	readonly load?: (resource: AnyResource, options: unknown) => Promise<unknown>;
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

/**
 * The face of a service: called, it gives the service itself; its members make one resource. In the package, definitions
 * are JSON (`scripts/build.ts`), which is parsed when the service is first used.
 */
export function defineService<Face>(given: ServiceDefinition | string, extras: Extras = {}): Face {
	const classes = new Map<string, ResourceClass>();
	let definition: ServiceDefinition | undefined;
	const service: Service = {
		get definition() {
			definition ??= typeof given === "string" ? (JSON.parse(given) as ServiceDefinition) : given;
			return definition;
		},
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
		return new Root(identityOf(service.definition.service, args, extras.companion), []);
	};
	let isComplete = false;
	const complete = (): typeof root => {
		if (isComplete) return root;
		isComplete = true;
		const { definition } = service;
		for (const [name, { is, by }] of Object.entries(definition.root.parts ?? {})) {
			const count = by.length;
			const value = (...given: unknown[]): AnyResource => {
				const identity = identityOf(definition.service, given[count] as Args, extras.companion);
				return makeOf(service.classOf(is), identity, given.slice(0, count));
			};
			Object.defineProperty(root, name, { value, enumerable: true });
		}
		return root;
	};
	return new Proxy(root, {
		get: (_, name) => Reflect.get(complete(), name),
		has: (_, name) => Reflect.has(complete(), name),
		ownKeys: () => Reflect.ownKeys(complete()),
		getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(complete(), name),
	}) as Face;
}

function classFor(service: Service, name: string, byHand: ByHand = {}): ResourceClass {
	const definition = name === "" ? service.definition.root : service.definition.resources[name];
	if (definition === undefined) throw new TypeError(`${service.definition.service} defines no ${name}.`);
	const attributes = new Map(attributesOf(definition.attributes));
	const type: ResourceType = {
		name,
		definition,
		service,
		attributes,
		names: [...attributes.keys()],
		members: [...attributes.values()],
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
