/** Resources: identifiers, attributes, and the client of their identity. */

import { errors } from "../src/index.js";
import type { ResourceDefinition } from "./definition.js";
import { ResourceNotFoundError, ResourceNotLoadedError, refuse } from "./errors.js";
import { type AnyClient, type Identity, isSame } from "./identity.js";
import { fillIn, type SourceValues } from "./input.js";
import { type PlainObject, valueAt } from "./paths.js";
import type { Service } from "./service.js";

const { inspect } = process.getBuiltinModule("node:util");

/** One resource type of a service. */
export interface ResourceType {
	readonly name: string;
	readonly definition: ResourceDefinition;
	readonly service: Service;
	/** The attributes: the name of each property, and AWS's own name. */
	readonly attributes: ReadonlyMap<string, string>;
	/** The names of the properties. */
	readonly names: readonly string[];
	/** AWS's names, in the same order. */
	readonly members: readonly string[];
	/** Loads the data of a type whose definition has no `load`. */
	readonly load: ((resource: AnyResource, options: unknown) => Promise<unknown>) | undefined;
}

/** A resource without its static types. */
export abstract class AnyResource {
	static readonly type: ResourceType;
	/** In the order of the definition. */
	readonly #identifiers: readonly unknown[];
	readonly #identity: Identity;
	#data: PlainObject | undefined;
	/** The values of the attributes, in the order of `type.members`. Created when the first one is read. */
	#values: readonly unknown[] | undefined;
	/** Whether an action was called since the last load. */
	#stale = false;

	constructor(identity: Identity, identifiers: readonly unknown[], data?: unknown) {
		this.#identity = identity;
		this.#identifiers = identifiers;
		this.#data = data as PlainObject | undefined;
	}

	/** The SDK client, with the identity of this resource. */
	get client(): AnyClient {
		return this.#identity.client;
	}

	/** Whether both have the same type, identifiers, session and region. */
	equals(other: unknown): boolean {
		return (
			other instanceof AnyResource &&
			typeOf(other) === typeOf(this) &&
			this.#identifiers.every((value, at) => value === other.#identifiers[at]) &&
			isSame(this.#identity, other.#identity)
		);
	}

	/** Returns the identifiers, except secret ones. */
	toJSON(): PlainObject {
		const { identifiers = [], secret = [] } = typeOf(this).definition;
		return Object.fromEntries(
			identifiers.map((name, at) => [name, this.#identifiers[at]]).filter(([name]) => !secret.includes(name as string)),
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

	static data(resource: AnyResource): PlainObject | undefined {
		return resource.#data;
	}

	/** Copies the attributes to an array, which is almost as fast to read as a plain property. */
	static #readValues(resource: AnyResource, at: number): readonly unknown[] {
		const type = typeOf(resource);
		const data = dataOf(resource, type.names[at] as string);
		resource.#values = type.members.map((member) => data[member]);
		return resource.#values;
	}

	static getterOf(at: number): (this: AnyResource) => unknown {
		return function () {
			const values = this.#values ?? AnyResource.#readValues(this, at);
			return values[at];
		};
	}

	static touch(resource: AnyResource): void {
		resource.#stale = true;
	}

	static isStale(resource: AnyResource): boolean {
		return resource.#stale || resource.#data === undefined;
	}

	static setData(resource: AnyResource, data: PlainObject): void {
		resource.#data = data;
		resource.#values = undefined;
		resource.#stale = false;
	}
}

/** Returns the type of a resource. */
export const typeOf = (resource: AnyResource): ResourceType => (resource.constructor as typeof AnyResource).type;

/** Returns the name of a type in errors and in `util.inspect`: `ec2.Instance`, or `ec2` for the service itself. */
export const titleOf = ({ name, service }: ResourceType): string =>
	name === "" ? service.definition.service : `${service.definition.service}.${name}`;

/** Returns the data of a resource. Throws if it isn't loaded. */
export function dataOf(resource: AnyResource, property: string): PlainObject {
	const data = AnyResource.data(resource);
	if (data !== undefined) return data;
	const type = typeOf(resource);
	// get() reads attributes, but not references.
	const orGet = type.attributes.has(property) ? `, or \`await resource.get(${JSON.stringify(property)})\`` : "";
	const fix = canLoad(type)
		? `call \`await resource.load()\` first${orGet}`
		: "AWS has no operation to load it, so get it from a collection or an action";
	throw new ResourceNotLoadedError(`Cannot read "${property}" of ${titleOf(type)} because it isn't loaded: ${fix}.`);
}

const canLoad = ({ definition, load }: ResourceType): boolean => definition.load !== undefined || load !== undefined;

/** Returns the values that the sources of one resource can refer to. */
export function sourceValuesOf(resource: AnyResource, answer?: unknown, request?: unknown): SourceValues {
	const { identifiers = [] } = typeOf(resource).definition;
	return {
		identifier: (name) => AnyResource.identifier(resource, identifiers.indexOf(name)),
		data: () => dataOf(resource, "data"),
		answer,
		request,
	};
}

/** Loads the attributes. */
export async function load(resource: AnyResource, options?: unknown): Promise<AnyResource> {
	const type = typeOf(resource);
	const { load: request } = type.definition;
	let data: unknown;
	if (type.load !== undefined) data = await type.load(resource, options);
	else if (request !== undefined) {
		const input = fillIn(request.params, sourceValuesOf(resource));
		data = valueAt(request.data, await send(resource, request.operation, input, options));
	} else return refuse(`${titleOf(type)} can't be loaded, because AWS has no operation to describe it.`);
	if (data === undefined)
		throw new ResourceNotFoundError(`AWS has no ${resource}; check its identifiers, session and region.`);
	AnyResource.setData(resource, data as PlainObject);
	return resource;
}

/** Returns one attribute. Loads the resource first if it isn't loaded, or if an action was called since. */
export async function getAttribute(resource: AnyResource, name: unknown, options?: unknown): Promise<unknown> {
	const type = typeOf(resource);
	const member = type.attributes.get(name as string);
	const { identifiers = [], aliases = {} } = type.definition;
	const identifier = identifiers.indexOf(aliases[name as string] ?? (name as string));
	if (member === undefined && identifier >= 0) return AnyResource.identifier(resource, identifier);
	if (member === undefined) return refuse(`${titleOf(type)} has no attribute ${inspect(name)}.`);
	if (AnyResource.isStale(resource) && canLoad(type)) await load(resource, options);
	return dataOf(resource, name as string)[member];
}

/** Calls an operation with the resource's client. */
export function send(
	resource: AnyResource,
	operation: string,
	input: PlainObject,
	options?: unknown,
): Promise<PlainObject> {
	return call(resource.client, operation, input, options);
}

/** Calls an operation. `options` are the SDK's options of one request: `abortSignal` and `requestTimeout`. */
export async function call(
	client: AnyClient,
	operation: string,
	input: PlainObject,
	options?: unknown,
): Promise<PlainObject> {
	const name = operation.charAt(0).toLowerCase() + operation.slice(1);
	return method(client, name)(input, requestOptions(`${name}()`, options));
}

/** Validates the options of one request, because the SDK treats a function as a callback and ignores most other values. */
export function requestOptions(where: string, options: unknown): object | undefined {
	if (options === undefined || (typeof options === "object" && options !== null && !Array.isArray(options))) {
		return options;
	}
	return refuse(`${where} takes { abortSignal, requestTimeout } as its options, not ${inspect(options)}.`);
}

/** Returns a method of a client. If the installed SDK package is too old to have it, the error names the package to update. */
export function method(client: AnyClient, name: string): (...args: (object | undefined)[]) => Promise<PlainObject> {
	const found = client[name];
	if (typeof found === "function") return found.bind(client);
	const { serviceId } = client["config"] as unknown as { readonly serviceId: string };
	// The SDK's packages are named after the service ID.
	const packageName = `@aws-sdk/client-${serviceId.toLowerCase().replaceAll(" ", "-")}`;
	throw new errors.MissingPackageError(
		`The installed ${packageName} is too old and has no ${name}(): run \`npm install ${packageName}@latest\`.`,
	);
}
