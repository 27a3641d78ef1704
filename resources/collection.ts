/** Collections: lazy, paginated lists of resources. */

import type { CollectionDefinition } from "./definition.js";
import { refuse } from "./errors.js";
import { fillIn, merge } from "./input.js";
import { pagesOf } from "./pages.js";
import type { PlainObject } from "./paths.js";
import { type AnyResource, sourceValuesOf, titleOf, typeOf } from "./resource.js";
import { type ResourcePage, resourcePage, resourcesOf } from "./results.js";

const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
const { inspect } = process.getBuiltinModule("node:util");

/** Scopes do not bind an object with this member. A collection binds itself when an iteration starts. */
const LAZY = Symbol.for("aws-scope/lazy");

/** What the methods of a collection have selected. */
interface Selection {
	readonly filter: PlainObject;
	readonly limit: number | undefined;
	readonly pageSize: number | undefined;
}

const EVERYTHING: Selection = { filter: {}, limit: undefined, pageSize: undefined };

/** A collection without its static types. `filter()`, `limit()` and `pageSize()` return a new collection. */
export class AnyCollection implements AsyncIterable<AnyResource> {
	readonly #parent: AnyResource;
	readonly #name: string;
	readonly #definition: CollectionDefinition;
	readonly #selection: Selection;

	constructor(parent: AnyResource, name: string, definition: CollectionDefinition, selection: Selection = EVERYTHING) {
		this.#parent = parent;
		this.#name = name;
		this.#definition = definition;
		this.#selection = selection;
	}

	/** Returns the whole list. */
	all(): this {
		return this.#with({});
	}

	/** Passes parameters to the operation. The parameters of several calls are merged. */
	filter(input: unknown): this {
		const { filter } = this.#selection;
		const where = `${this}.filter()`;
		// Validate now instead of on the first request.
		merge(where, fillIn(this.#definition.params, sourceValuesOf(this.#parent)), input, "append");
		return this.#with({ filter: mergeFilters(filter, input as PlainObject) });
	}

	/** Limits the number of resources. */
	limit(count: number): this {
		return this.#with({ limit: wholeNumber(`${this}.limit()`, count, 0) });
	}

	/** Limits the number of resources per request. */
	pageSize(count: number): this {
		return this.#with({ pageSize: wholeNumber(`${this}.pageSize()`, count, 1) });
	}

	/** Iterates over pages. The iteration runs in the scope in which it was started. */
	pages(options?: unknown): AsyncIterableIterator<AnyResource[]> {
		return inOneScope(this.#pages(options));
	}

	/** A collection that a scoped function returns is not started yet, so it runs in the scope of the code that iterates over it. */
	get [LAZY](): true {
		return true;
	}

	[Symbol.asyncIterator](): AsyncIterableIterator<AnyResource> {
		return iterate(inOneScope(this.#load(undefined)), this.#limit);
	}

	/** Reads all resources into an array. */
	async toArray(options?: unknown): Promise<AnyResource[]> {
		const list: AnyResource[] = [];
		for await (const page of this.#pages(options)) {
			// One by one, because operations without pages, such as DescribeImages, return more than push() takes as arguments.
			for (const resource of page) list.push(resource);
		}
		return list;
	}

	toString(): string {
		return `${titleOf(typeOf(this.#parent))}.${this.#name}`;
	}

	[inspect.custom](): string {
		return `Collection(${this})`;
	}

	#with(selection: Partial<Selection>): this {
		const Class = this.constructor as new (...args: ConstructorParameters<typeof AnyCollection>) => this;
		return new Class(this.#parent, this.#name, this.#definition, { ...this.#selection, ...selection });
	}

	get #limit(): number {
		return this.#selection.limit ?? Number.POSITIVE_INFINITY;
	}

	async *#pages(options: unknown): AsyncGenerator<AnyResource[], void, undefined> {
		let left = this.#limit;
		if (left === 0) return;
		for await (const page of this.#load(options)) {
			const found = resourcesOf(page);
			yield found.length > left ? found.slice(0, left) : found;
			left -= found.length;
			if (left <= 0) return;
		}
	}

	async *#load(options: unknown): AsyncGenerator<ResourcePage, void, undefined> {
		const { operation, params, returns } = this.#definition;
		const { filter, pageSize } = this.#selection;
		const { service } = typeOf(this.#parent);
		const paging = service.definition.paging[operation];
		const input = merge(String(this), fillIn(params, sourceValuesOf(this.#parent)), filter, "append");
		if (pageSize !== undefined && paging?.size !== undefined) input[paging.size] = pageSize;
		for await (const answer of pagesOf(this.#parent.client, operation, paging, input, options)) {
			yield resourcePage(this.#parent, returns, sourceValuesOf(this.#parent, answer, input));
		}
	}
}

type Step = IteratorResult<AnyResource, undefined>;

const EMPTY: ResourcePage = { items: [], toResource: () => undefined };

/** Iterates over the resources of pages, at most `limit`. A resource of a page that is already loaded costs only one promise. */
function iterate(pages: AsyncIterator<ResourcePage>, limit: number): AsyncIterableIterator<AnyResource> {
	let page = EMPTY;
	let at = 0;
	let left = limit;
	let pending: Promise<unknown> | undefined;
	/** Returns the next resource of the loaded page. */
	const nextLoaded = (): AnyResource | undefined => {
		while (at < page.items.length && left > 0) {
			const resource = page.toResource(page.items[at]);
			at += 1;
			if (resource === undefined) continue;
			left -= 1;
			return resource;
		}
		return undefined;
	};
	const step = async (): Promise<Step> => {
		for (;;) {
			const value = nextLoaded();
			if (value !== undefined) return { done: false, value };
			const next = left === 0 ? undefined : await pages.next();
			if (next === undefined || next.done) return { done: true, value: undefined };
			page = next.value;
			at = 0;
		}
	};
	/** Runs concurrent calls one after another, so that each gets the next resource. */
	const queued = (work: () => Promise<Step>): Promise<Step> => {
		const current = pending === undefined ? work() : pending.then(work, work);
		pending = current;
		const end = (): void => {
			if (pending === current) pending = undefined;
		};
		current.then(end, end);
		return current;
	};
	return {
		next() {
			if (pending === undefined) {
				const value = nextLoaded();
				if (value !== undefined) return Promise.resolve({ done: false, value });
			}
			return queued(step);
		},
		return: () =>
			queued(async () => {
				left = 0;
				await pages.return?.();
				return { done: true, value: undefined };
			}),
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}

/** Merges two filters. Lists are concatenated; for any other parameter, the later value wins. */
function mergeFilters(earlier: PlainObject, later: PlainObject | undefined): PlainObject {
	const merged = { ...earlier };
	for (const [name, value] of Object.entries(later ?? {})) {
		const own = merged[name];
		merged[name] = Array.isArray(own) && Array.isArray(value) ? [...own, ...value] : value;
	}
	return merged;
}

function wholeNumber(where: string, count: unknown, min: number): number {
	if (Number.isSafeInteger(count) && (count as number) >= min) return count as number;
	return refuse(`${where} takes a whole number${min > 0 ? ` of at least ${min}` : ""}, not ${inspect(count)}.`);
}

/** Runs each step of a generator in the async context, and so in the scope, in which the iteration was started. */
function inOneScope<Item>(generator: AsyncGenerator<Item, void, undefined>): AsyncIterableIterator<Item> {
	const runInContext = AsyncLocalStorage.snapshot();
	return {
		next: () => runInContext(() => generator.next()),
		return: () => runInContext(() => generator.return()),
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
