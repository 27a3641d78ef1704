/** The members of a class of resources, out of its definition. */

import { runBatch } from "./batch.js";
import { AnyCollection } from "./collection.js";
import type { ResourceDefinition } from "./definition.js";
import { fillIn, merge } from "./input.js";
import { AnyResource, dataOf, getAttribute, load, type ResourceType, send, sourcesOf, titleOf } from "./resource.js";
import { given, many, one, part } from "./results.js";
import { wait } from "./waiters.js";

/** A method of a resource. */
export type Method = (this: AnyResource, ...args: unknown[]) => unknown;

/** Gives a prototype everything that the definition of its type says. */
export function addMembers(prototype: AnyResource, type: ResourceType): void {
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
	type.names.forEach((name, at) => {
		Object.defineProperty(prototype, name, { get: AnyResource.getterOf(at), enumerable: true, configurable: true });
	});
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
		const act = async (self: AnyResource, input?: unknown, options?: unknown): Promise<unknown> => {
			const where = `${titleOf(type)}.${name}()`;
			const request = merge(where, fillIn(fill, sourcesOf(self)), input, "fill each");
			const answer = await send(self, op, request, options);
			if (!READS.test(op)) AnyResource.touch(self);
			return gives === undefined ? answer : given(self, gives, sourcesOf(self, answer, request));
		};
		define(
			prototype,
			name,
			name === "get"
				? method(
						() =>
							(self, input, options): Promise<unknown> =>
								typeof input === "string" ? getAttribute(self, input, options) : act(self, input, options),
					)
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
			value(this: AnyCollection, input?: unknown, options?: unknown) {
				return runBatch(this, name, request, input, options);
			},
			writable: true,
			configurable: true,
		});
	}
	return Made;
}

const method = (get: () => (self: AnyResource, ...args: never[]) => unknown): Method =>
	function (...args) {
		return get()(this, ...(args as never[]));
	};

/** A method, as classes have them. */
export function define(prototype: object, name: string, value: Method): void {
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
