/** From an answer to the resources that it stands for. */

import type { Result, Source } from "./definition.js";
import { ResourceNotFoundError, refuse } from "./errors.js";
import type { Identity } from "./identity.js";
import type { Sources } from "./input.js";
import { drawn } from "./input.js";
import { all, at, readerOf } from "./paths.js";
import { AnyResource, titleOf, typeOf } from "./resource.js";
import type { ResourceClass } from "./service.js";

/** The resource that an answer stands for, or undefined where the answer leaves it open which. */
export function one(parent: AnyResource, { is, by, data }: Result, from: Sources): AnyResource | undefined {
	const identifiers = by.map((source) => drawn(source, from));
	if (identifiers.some((value) => value === undefined || value === null)) return undefined;
	return make(parent, is, identifiers, data === undefined ? undefined : at(data, from.answer));
}

/** What an answer lists, and how a resource is made of one item; of an item that names none, undefined. */
export interface Listed {
	readonly items: readonly unknown[];
	readonly make: (item: unknown) => AnyResource | undefined;
}

/** The list of an answer. A resource is made when it is asked for, so that of a long list few live at a time. */
export function listed(parent: AnyResource, result: Result & { readonly each: string }, from: Sources): Listed {
	const { is, each, by, data } = result;
	const items = each.startsWith(">") ? all(each.slice(1), from.request) : all(each, from.answer);
	const Class = typeOf(parent).service.classOf(is);
	const identity = AnyResource.identity(parent);
	const readers = by.map((source) => itemReader(source, from));
	const dataOf = data === undefined ? undefined : readerOf(data);
	return {
		items,
		make(item) {
			const identifiers = by.slice() as unknown[];
			for (let at = 0; at < readers.length; at += 1) {
				const value = readers[at]?.(item);
				if (value === undefined) return undefined;
				identifiers[at] = value;
			}
			return makeOf(Class, identity, identifiers, dataOf?.(item));
		},
	};
}

/** The resources that an answer lists; an item that names none is left out. */
export function many(parent: AnyResource, result: Result & { readonly each: string }, from: Sources): AnyResource[] {
	const { items, make } = listed(parent, result, from);
	return items.map(make).filter((made) => made !== undefined);
}

/** What a source draws for an item of a list. */
function itemReader(source: Source, from: Sources): (item: unknown) => unknown {
	if (source[0] === "$") return readerOf(source.slice(1));
	return () => drawn(source, from) ?? undefined;
}

/** What an action gives in place of its answer. */
export function given(parent: AnyResource, result: Result, from: Sources): AnyResource | AnyResource[] {
	if (result.each !== undefined) return many(parent, result as Result & { each: string }, from);
	const made = one(parent, result, from);
	if (made !== undefined) return made;
	throw new ResourceNotFoundError(`AWS's answer names no ${result.is}; look at it with the client.`);
}

/** A resource that the parent's identifiers and the caller name. */
export function part(parent: AnyResource, name: string, result: Result, identifiers: readonly unknown[]): AnyResource {
	const from: Sources = {
		identifier: (id) => AnyResource.identifier(parent, typeOf(parent).definition.ids?.indexOf(id) ?? -1),
		data: () => undefined,
	};
	let next = 0;
	const all = result.by.map((source) => {
		if (source !== "?") return drawn(source, from);
		next += 1;
		return identifiers[next - 1];
	});
	if (identifiers.length > next) {
		refuse(`${name}() takes ${next} identifier${next === 1 ? "" : "s"}, not ${identifiers.length}.`);
	}
	return make(parent, result.is, all);
}

/** A resource of the parent's identity; refuses a missing identifier. */
export const make = (parent: AnyResource, type: string, identifiers: readonly unknown[], data?: unknown): AnyResource =>
	makeOf(typeOf(parent).service.classOf(type), AnyResource.identity(parent), identifiers, data);

/** A resource of an identity; refuses a missing identifier. */
export function makeOf(
	Class: ResourceClass,
	identity: Identity,
	identifiers: readonly unknown[],
	data?: unknown,
): AnyResource {
	const { ids } = Class.type.definition;
	for (let at = 0; at < (ids?.length ?? 0); at += 1) {
		const value = identifiers[at];
		if (typeof value !== "string" && typeof value !== "number") {
			refuse(
				`${titleOf(Class.type)} takes its ${ids?.[at]} as text, not ${value === undefined ? "nothing" : typeof value}.`,
			);
		}
	}
	return new Class(identity, identifiers, data);
}
