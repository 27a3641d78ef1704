/** From an answer to the resources that it stands for. */

import type { Result } from "./definition.js";
import { ResourceNotFoundError, refuse } from "./errors.js";
import type { Sources } from "./input.js";
import { drawn } from "./input.js";
import { all, at } from "./paths.js";
import { AnyResource, titleOf, typeOf } from "./resource.js";

/** The resource that an answer stands for, or undefined where the answer leaves it open which. */
export function one(parent: AnyResource, { is, by, data }: Result, from: Sources): AnyResource | undefined {
	const identifiers = by.map((source) => drawn(source, from));
	if (identifiers.some((value) => value === undefined || value === null)) return undefined;
	return make(parent, is, identifiers, data === undefined ? undefined : at(data, from.answer));
}

/** The resources that an answer lists; an item that names none is left out. */
export function many(parent: AnyResource, result: Result & { readonly each: string }, from: Sources): AnyResource[] {
	const list = result.each.startsWith(">") ? all(result.each.slice(1), from.request) : all(result.each, from.answer);
	return list.flatMap((item) => one(parent, result, { ...from, answer: item }) ?? []);
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
export function make(parent: AnyResource, type: string, identifiers: readonly unknown[], data?: unknown): AnyResource {
	const Class = typeOf(parent).service.classOf(type);
	const { ids = [] } = Class.type.definition;
	ids.forEach((name, at) => {
		const value = identifiers[at];
		if (typeof value !== "string" && typeof value !== "number") {
			refuse(
				`${titleOf(Class.type)} takes its ${name} as text, not ${value === undefined ? "nothing" : typeof value}.`,
			);
		}
	});
	return new Class(AnyResource.identity(parent), identifiers, data);
}
