/** Resources: identifiers, attributes and the client of the identity under which they were obtained. */

import { errors } from "../src/index.js";
import type { ResourceDefinition } from "./definition.js";
import { ResourceNotFoundError, ResourceNotLoadedError, refuse } from "./errors.js";
import { type AnyClient, type Identity, isSame } from "./identity.js";
import { type Bag, fillIn, type Sources } from "./input.js";
import { at } from "./paths.js";
import type { Service } from "./service.js";

const { inspect } = process.getBuiltinModule("node:util");

/** One type of resource of a service, ready for use. */
export interface ResourceType {
	readonly name: string;
	readonly definition: ResourceDefinition;
	readonly service: Service;
	/** The attributes: the name that the resource has for each, and AWS's own. */
	readonly attributes: ReadonlyMap<string, string>;
	readonly names: readonly string[];
	/** AWS's names alone. */
	readonly members: readonly string[];
	/** A load by hand, where the definitions have none. */
	readonly load: ((resource: AnyResource, options: unknown) => Promise<unknown>) | undefined;
}

/** Any resource, before its types are known. */
export abstract class AnyResource {
	static readonly type: ResourceType;
	/** Without their names, which the definition has. */
	readonly #identifiers: readonly unknown[];
	readonly #identity: Identity;
	#data: Bag | undefined;
	/** The attributes in the order of the type's, from the first time that one is read. */
	#values: readonly unknown[] | undefined;
	/** Something was done to it since it was loaded. */
	#stale = false;

	constructor(identity: Identity, identifiers: readonly unknown[], data?: unknown) {
		this.#identity = identity;
		this.#identifiers = identifiers;
		this.#data = data as Bag | undefined;
	}

	/** The SDK's client, of the identity under which this resource was obtained. */
	get client(): AnyClient {
		return this.#identity.client;
	}

	/** Whether the other is the same resource: of the same type, with equal identifiers, session and region. */
	equals(other: unknown): boolean {
		return (
			other instanceof AnyResource &&
			typeOf(other) === typeOf(this) &&
			this.#identifiers.every((value, at) => value === other.#identifiers[at]) &&
			isSame(this.#identity, other.#identity)
		);
	}

	/** The identifiers, those that are secret left out. */
	toJSON(): Bag {
		const { ids = [], secret = [] } = typeOf(this).definition;
		return Object.fromEntries(
			ids.map((name, at) => [name, this.#identifiers[at]]).filter(([name]) => !secret.includes(name as string)),
		);
	}

	toString(): string {
		const shown = Object.entries(this.toJSON()).map(([name, value]) => `${name}: ${inspect(value)}`);
		return `${titleOf(typeOf(this))}(${shown.join(", ")})`;
	}

	[inspect.custom](): string {
		return this.toString();
	}

	static identity(resource: AnyResource): Identity {
		return resource.#identity;
	}

	static identifier(resource: AnyResource, at: number): unknown {
		return resource.#identifiers[at];
	}

	static data(resource: AnyResource): Bag | undefined {
		return resource.#data;
	}

	/** The list from which attributes are read, which costs hardly more than a plain property. */
	static #fill(resource: AnyResource, at: number): readonly unknown[] {
		const type = typeOf(resource);
		const data = dataOf(resource, type.names[at] as string);
		resource.#values = type.members.map((member) => data[member]);
		return resource.#values;
	}

	static getterOf(at: number): (this: AnyResource) => unknown {
		return function () {
			const values = this.#values ?? AnyResource.#fill(this, at);
			return values[at];
		};
	}

	static touch(resource: AnyResource): void {
		resource.#stale = true;
	}

	static isStale(resource: AnyResource): boolean {
		return resource.#stale || resource.#data === undefined;
	}

	static setData(resource: AnyResource, data: Bag): void {
		resource.#data = data;
		resource.#values = undefined;
		resource.#stale = false;
	}
}

/** The type of a resource. */
export const typeOf = (resource: AnyResource): ResourceType => (resource.constructor as typeof AnyResource).type;

/** How errors and inspection name a type: `ec2.Instance`; the service itself is `ec2`. */
export const titleOf = ({ name, service }: ResourceType): string =>
	name === "" ? service.definition.service : `${service.definition.service}.${name}`;

/** The data of a resource; refuses where it was not loaded. */
export function dataOf(resource: AnyResource, wanted: string): Bag {
	const data = AnyResource.data(resource);
	if (data !== undefined) return data;
	const type = typeOf(resource);
	// A reference is no attribute: get() does not know it.
	const orGet = type.attributes.has(wanted) ? `, or get(${JSON.stringify(wanted)})` : "";
	const remedy = canLoad(type)
		? `await its load()${orGet}`
		: "only a resource that a list or an action gave has attributes";
	throw new ResourceNotLoadedError(`${titleOf(type)} has no "${wanted}" before it is loaded: ${remedy}.`);
}

const canLoad = ({ definition, load }: ResourceType): boolean => definition.load !== undefined || load !== undefined;

/** What sources draw from, for one resource. */
export function sourcesOf(resource: AnyResource, answer?: unknown, request?: unknown): Sources {
	const { ids = [] } = typeOf(resource).definition;
	return {
		identifier: (name) => AnyResource.identifier(resource, ids.indexOf(name)),
		data: () => dataOf(resource, "data"),
		answer,
		request,
	};
}

/** Loads the attributes. */
export async function load(resource: AnyResource, options?: unknown): Promise<AnyResource> {
	const type = typeOf(resource);
	const { load: described } = type.definition;
	let data: unknown;
	if (type.load !== undefined) data = await type.load(resource, options);
	else if (described !== undefined) {
		const input = fillIn(described.fill, sourcesOf(resource));
		data = at(described.data, await send(resource, described.op, input, options));
	} else return refuse(`${titleOf(type)} cannot be loaded: AWS has no operation that describes one.`);
	if (data === undefined) throw new ResourceNotFoundError(`AWS knows no ${resource}.`);
	AnyResource.setData(resource, data as Bag);
	return resource;
}

/** One attribute; loads the resource where it is not loaded, or was acted on since. */
export async function getAttribute(resource: AnyResource, name: unknown, options?: unknown): Promise<unknown> {
	const type = typeOf(resource);
	const member = type.attributes.get(name as string);
	const { ids = [], alias = {} } = type.definition;
	const identifier = ids.indexOf(alias[name as string] ?? (name as string));
	if (member === undefined && identifier >= 0) return AnyResource.identifier(resource, identifier);
	if (member === undefined) return refuse(`${titleOf(type)} has no attribute ${inspect(name)}.`);
	if (AnyResource.isStale(resource) && canLoad(type)) await load(resource, options);
	return dataOf(resource, name as string)[member];
}

/** Calls an operation of the resource's client. */
export function send(resource: AnyResource, op: string, input: Bag, options?: unknown): Promise<Bag> {
	return call(resource.client, op, input, options);
}

/** Calls an operation of a client, with the SDK's options of one request: `abortSignal` and `requestTimeout`. */
export async function call(client: AnyClient, op: string, input: Bag, options?: unknown): Promise<Bag> {
	const name = op.charAt(0).toLowerCase() + op.slice(1);
	return method(client, name)(input, requestOptions(`${name}()`, options));
}

/** Checks the options of one request. The SDK takes a function there for a callback, and ignores most other values. */
export function requestOptions(where: string, options: unknown): object | undefined {
	if (options === undefined || (typeof options === "object" && options !== null && !Array.isArray(options))) {
		return options;
	}
	return refuse(`${where} takes its options as { abortSignal, requestTimeout }, not ${inspect(options)}.`);
}

/** A method of a client; names the package to update where it is older than the definitions. */
export function method(client: AnyClient, name: string): (...args: (object | undefined)[]) => Promise<Bag> {
	const found = client[name];
	if (typeof found === "function") return found.bind(client);
	const { serviceId } = client["config"] as unknown as { readonly serviceId: string };
	// The SDK names its packages so.
	const packageName = `@aws-sdk/client-${serviceId.toLowerCase().replaceAll(" ", "-")}`;
	throw new errors.MissingPackageError(
		`The installed ${packageName} is too old and has no ${name}(): run \`npm install ${packageName}@latest\`.`,
	);
}
