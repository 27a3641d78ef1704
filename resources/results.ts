/** Creates resources from the output of an operation. */

import type { ListResult, Result, Source } from "./definition.js";
import { ResourceNotFoundError, refuse } from "./errors.js";
import type { Identity } from "./identity.js";
import { type SourceValues, valueFrom } from "./input.js";
import { readerOf, valueAt, valuesAt } from "./paths.js";
import { AnyResource, titleOf, typeOf } from "./resource.js";
import type { ResourceClass } from "./service.js";

/** Whether a result is a list of resources. */
export const isList = (result: Result): result is ListResult => result.items !== undefined;

/** Returns the resource that the output identifies, or `undefined` if an identifier is missing. */
export function resourceIn(
	parent: AnyResource,
	{ type, identifiers, data }: Result,
	from: SourceValues,
): AnyResource | undefined {
	const values = identifiers.map((source) => valueFrom(source, from));
	if (values.some((value) => value === undefined || value === null)) return undefined;
	return createRelated(parent, type, values, data === undefined ? undefined : valueAt(data, from.answer));
}

/** The items of one page, and how to create their resources. */
export interface ResourcePage {
	readonly items: readonly unknown[];
	/** Creates the resource of an item, or returns `undefined` if an identifier is missing. */
	readonly toResource: (item: unknown) => AnyResource | undefined;
}

/** Returns the page in an output. Resources are created on demand, so that few of a long list are in memory at once. */
export function resourcePage(parent: AnyResource, result: ListResult, from: SourceValues): ResourcePage {
	const { type, items, identifiers, data } = result;
	const Class = typeOf(parent).service.classOf(type);
	const identity = AnyResource.identity(parent);
	const readers = identifiers.map((source) => itemReader(source, from));
	const dataOf = data === undefined ? undefined : readerOf(data);
	return {
		items: items.startsWith(">") ? valuesAt(items.slice(1), from.request) : valuesAt(items, from.answer),
		toResource(item) {
			const values = identifiers.slice() as unknown[];
			for (let at = 0; at < readers.length; at += 1) {
				const value = readers[at]?.(item);
				if (value === undefined) return undefined;
				values[at] = value;
			}
			return createResource(Class, identity, values, dataOf?.(item));
		},
	};
}

/** Returns the resources of a page. Items without an identifier are skipped. */
export const resourcesOf = ({ items, toResource }: ResourcePage): AnyResource[] =>
	items.map(toResource).filter((resource) => resource !== undefined);

function itemReader(source: Source, from: SourceValues): (item: unknown) => unknown {
	if (source[0] === "$") return readerOf(source.slice(1));
	return () => valueFrom(source, from) ?? undefined;
}

/** Returns the resources that an action returns instead of its output. */
export function resultOf(parent: AnyResource, result: Result, from: SourceValues): AnyResource | AnyResource[] {
	if (isList(result)) return resourcesOf(resourcePage(parent, result, from));
	const resource = resourceIn(parent, result, from);
	if (resource !== undefined) return resource;
	throw new ResourceNotFoundError(
		`The response doesn't identify the ${result.type}; call the operation with the client to see it.`,
	);
}

/** Creates a sub-resource from the parent's identifiers and the caller's arguments. */
export function subresource(
	parent: AnyResource,
	name: string,
	result: Result,
	identifiers: readonly unknown[],
): AnyResource {
	const from: SourceValues = {
		identifier: (id) => AnyResource.identifier(parent, typeOf(parent).definition.identifiers?.indexOf(id) ?? -1),
		data: () => undefined,
	};
	let next = 0;
	const values = result.identifiers.map((source) => {
		if (source !== "?") return valueFrom(source, from);
		next += 1;
		return identifiers[next - 1];
	});
	if (identifiers.length > next) {
		refuse(`${name}() takes ${next} identifier${next === 1 ? "" : "s"}, not ${identifiers.length}.`);
	}
	return createRelated(parent, result.type, values);
}

/** Creates a resource with the parent's identity. Throws if an identifier is missing. */
export const createRelated = (
	parent: AnyResource,
	type: string,
	identifiers: readonly unknown[],
	data?: unknown,
): AnyResource => createResource(typeOf(parent).service.classOf(type), AnyResource.identity(parent), identifiers, data);

/** Creates a resource. Throws if an identifier is missing. */
export function createResource(
	Class: ResourceClass,
	identity: Identity,
	identifiers: readonly unknown[],
	data?: unknown,
): AnyResource {
	checkIdentifiers(Class, identifiers);
	return new Class(identity, identifiers, data);
}

/** Throws if an identifier is missing or not a string. */
export function checkIdentifiers({ type }: ResourceClass, identifiers: readonly unknown[]): void {
	const names = type.definition.identifiers;
	for (let at = 0; at < (names?.length ?? 0); at += 1) {
		const value = identifiers[at];
		if (typeof value !== "string" && typeof value !== "number") {
			refuse(
				`${titleOf(type)} requires its ${names?.[at]} as a string, but got ${value === null ? "null" : typeof value}.`,
			);
		}
	}
}
