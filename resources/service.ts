/** Creates a service from its definition. The class of a resource type is created when it is first used. */

import type { ServiceDefinition } from "./definition.js";
import { type Args, type Identity, identityOf } from "./identity.js";
import { addMembers, define, type Method } from "./members.js";
import { attributesOf } from "./names.js";
import { AnyResource, type ResourceType, titleOf } from "./resource.js";
import { checkIdentifiers } from "./results.js";

/** A class of resources. */
export type ResourceClass = (new (
	identity: Identity,
	identifiers: readonly unknown[],
	data?: unknown,
) => AnyResource) & {
	readonly type: ResourceType;
};

/** Handwritten members of one resource type. */
export interface CustomMembers {
	readonly load?: (resource: AnyResource, options: unknown) => Promise<unknown>;
	readonly methods?: Readonly<Record<string, Method>>;
}

/** Handwritten parts of a service. In `types`, the service itself has the name "". */
export interface ServiceOptions {
	/** The name of another accessor in `clients` that the methods need. */
	readonly companion?: string;
	readonly types?: Readonly<Record<string, CustomMembers>>;
}

/** A service and the classes of its resource types. */
export interface Service {
	readonly definition: ServiceDefinition;
	classOf(name: string): ResourceClass;
}

/**
 * Creates the accessor of a service. Calling it returns the service resource; its members create one resource each. In the
 * package, definitions are JSON (`scripts/build.ts`), which is parsed when the service is first used.
 */
export function defineService<Accessor>(source: ServiceDefinition | string, options: ServiceOptions = {}): Accessor {
	const classes = new Map<string, ResourceClass>();
	let definition: ServiceDefinition | undefined;
	const service: Service = {
		get definition() {
			definition ??= typeof source === "string" ? (JSON.parse(source) as ServiceDefinition) : source;
			return definition;
		},
		classOf(name) {
			const known = classes.get(name);
			if (known !== undefined) return known;
			const Class = classFor(service, name, options.types?.[name]);
			classes.set(name, Class);
			return Class;
		},
	};
	const root = (args?: Args): AnyResource => {
		const Root = service.classOf("");
		return new Root(identityOf(service.definition.service, args, options.companion), []);
	};
	let isComplete = false;
	const complete = (): typeof root => {
		if (isComplete) return root;
		isComplete = true;
		const { definition } = service;
		Object.defineProperty(root, "name", { value: definition.service, configurable: true });
		for (const [name, { type, identifiers }] of Object.entries(definition.root.subresources ?? {})) {
			const count = identifiers.length;
			const value = (...params: unknown[]): AnyResource => {
				const Class = service.classOf(type);
				const identifiers = params.slice(0, count);
				// First, because an object in place of an identifier is most likely the accessor's options.
				checkIdentifiers(Class, identifiers);
				return new Class(identityOf(definition.service, params[count] as Args, options.companion), identifiers);
			};
			Object.defineProperty(value, "name", { value: name });
			Object.defineProperty(root, name, { value, enumerable: true });
		}
		return root;
	};
	return new Proxy(root, {
		get: (_, name) => Reflect.get(complete(), name),
		has: (_, name) => Reflect.has(complete(), name),
		ownKeys: () => Reflect.ownKeys(complete()),
		getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(complete(), name),
	}) as Accessor;
}

function classFor(service: Service, name: string, custom: CustomMembers = {}): ResourceClass {
	const definition = name === "" ? service.definition.root : service.definition.resources[name];
	if (definition === undefined) throw new TypeError(`${service.definition.service} has no resource type ${name}.`);
	const attributes = new Map(attributesOf(definition.attributes));
	const type: ResourceType = {
		name,
		definition,
		service,
		attributes,
		names: [...attributes.keys()],
		members: [...attributes.values()],
		load: custom.load,
	};
	const Class = class extends AnyResource {
		static override readonly type = type;
	};
	Object.defineProperty(Class, "name", { value: titleOf(type) });
	addMembers(Class.prototype, type);
	for (const [method, value] of Object.entries(custom.methods ?? {})) define(Class.prototype, method, value);
	return Class;
}
