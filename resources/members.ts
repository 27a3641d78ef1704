/** Adds the members that a definition describes to a class of resources. */

import { runBatch } from "./batch.js";
import { AnyCollection } from "./collection.js";
import type { Action, ResourceDefinition } from "./definition.js";
import { refuse } from "./errors.js";
import { fillIn, merge } from "./input.js";
import {
	AnyResource,
	dataOf,
	getAttribute,
	load,
	type ResourceType,
	send,
	sourceValuesOf,
	titleOf,
} from "./resource.js";
import { isList, resourceIn, resourcePage, resourcesOf, resultOf, subresource } from "./results.js";
import { wait } from "./waiters.js";

/** A method of a resource. */
export type Method = (this: AnyResource, ...args: unknown[]) => unknown;

/** Adds all members of a resource type to the prototype of its class. */
export function addMembers(prototype: AnyResource, type: ResourceType): void {
	const { definition } = type;
	const {
		identifiers = [],
		aliases = {},
		actions = {},
		references = {},
		subresources = {},
		collections = {},
		waiters = {},
	} = definition;
	identifiers.forEach((name, at) => void getter(prototype, name, (self) => AnyResource.identifier(self, at)));
	for (const [name, identifier] of Object.entries(aliases)) {
		const at = identifiers.indexOf(identifier);
		getter(prototype, name, (self) => AnyResource.identifier(self, at));
	}
	type.names.forEach((name, at) => {
		Object.defineProperty(prototype, name, { get: AnyResource.getterOf(at), enumerable: true, configurable: true });
	});
	if (definition.load !== undefined || type.load !== undefined) {
		for (const name of ["load", "reload"]) {
			define(prototype, name, function (options) {
				return load(this, options);
			});
		}
	}
	define(prototype, "get", function (name, options) {
		return getAttribute(this, name, options);
	});
	for (const [name, action] of Object.entries(actions)) addAction(prototype, type, name, action);
	for (const [name, result] of Object.entries(references)) {
		getter(prototype, name, (self) => {
			const from = sourceValuesOf(self, dataOf(self, name));
			return isList(result) ? resourcesOf(resourcePage(self, result, from)) : resourceIn(self, result, from);
		});
	}
	for (const [name, result] of Object.entries(subresources)) {
		define(prototype, name, function (...args) {
			return subresource(this, name, result, args);
		});
	}
	for (const [name, collection] of Object.entries(collections)) {
		const batch = type.service.definition.resources[collection.returns.type]?.batch ?? {};
		const Collection = collectionClass(batch);
		getter(prototype, name, (self) => new Collection(self, name, collection));
	}
	for (const [name, waiter] of Object.entries(waiters)) {
		define(prototype, name, async function (options) {
			await wait(this, waiter, options);
		});
	}
}

/** Operations that change nothing, so that the loaded attributes stay valid. */
const READS = /^(Get|Describe|List|Head|Query|Scan|BatchGet|Select|Receive)/;

function addAction(
	prototype: AnyResource,
	type: ResourceType,
	name: string,
	{ operation, params, returns }: Action,
): void {
	const where = `${titleOf(type)}.${name}()`;
	define(prototype, name, async function (input, options) {
		// An action that is called "get" shares its name with the method that reads an attribute.
		if (name === "get" && typeof input === "string") return getAttribute(this, input, options);
		const request = merge(where, fillIn(params, sourceValuesOf(this)), input, "each");
		const answer = await send(this, operation, request, options);
		if (!READS.test(operation)) AnyResource.touch(this);
		return returns === undefined ? answer : resultOf(this, returns, sourceValuesOf(this, answer, request));
	});
}

function collectionClass(batch: NonNullable<ResourceDefinition["batch"]>): typeof AnyCollection {
	const Class = class extends AnyCollection {};
	for (const [name, request] of Object.entries(batch)) {
		Object.defineProperty(Class.prototype, name, {
			value(this: AnyCollection, input?: unknown, options?: unknown) {
				return runBatch(this, name, request, input, options);
			},
			writable: true,
			configurable: true,
		});
	}
	return Class;
}

/** Defines a method with the property attributes of a class's methods. Called without its resource, it throws. */
export function define(prototype: object, name: string, run: Method): void {
	const value = function (this: AnyResource, ...args: unknown[]): unknown {
		if (!(this instanceof AnyResource)) refuse(`${name}() belongs to a resource: call it as resource.${name}().`);
		return run.apply(this, args);
	};
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
