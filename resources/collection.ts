/** Collections: lazy lists of resources, which ask AWS page by page while they are read. */

import type { CollectionDefinition, Result } from "./definition.js";
import { refuse } from "./errors.js";
import { type Bag, fillIn, merge } from "./input.js";
import { pagesOf } from "./pages.js";
import { type AnyResource, sourcesOf, titleOf, typeOf } from "./resource.js";
import { type Listed, listed } from "./results.js";

const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
const { inspect } = process.getBuiltinModule("node:util");

/** Scopes hand out what has this member as it is. What has begun to be read is in its scope already. */
const NOT_BEGUN = Symbol.for("aws-scope/lazy");

interface Choice {
	readonly filter: Bag;
	readonly limit: number | undefined;
	readonly pageSize: number | undefined;
}

const EVERYTHING: Choice = { filter: {}, limit: undefined, pageSize: undefined };

/** A collection, before its types are known. Each of its methods that narrows it gives another one. */
export class AnyCollection implements AsyncIterable<AnyResource> {
	readonly #parent: AnyResource;
	readonly #name: string;
	readonly #definition: CollectionDefinition;
	readonly #choice: Choice;

	constructor(parent: AnyResource, name: string, definition: CollectionDefinition, choice: Choice = EVERYTHING) {
		this.#parent = parent;
		this.#name = name;
		this.#definition = definition;
		this.#choice = choice;
	}

	/** The whole list. */
	all(): this {
		return this.#with({});
	}

	/** What the operation's own parameters leave of it. Filters of several calls are put together. */
	filter(input: unknown): this {
		const { filter } = this.#choice;
		const where = `${this}.filter()`;
		// Told now, and not when the collection is read: what the resource fills in cannot be given.
		merge(where, fillIn(this.#definition.fill, sourcesOf(this.#parent)), input, "append");
		return this.#with({ filter: joined(filter, input as Bag) });
	}

	/** At most so many of them. */
	limit(count: number): this {
		return this.#with({ limit: whole(`${this}.limit()`, count) });
	}

	/** At most so many a request. */
	pageSize(count: number): this {
		return this.#with({ pageSize: whole(`${this}.pageSize()`, count) });
	}

	/** Page by page. Begins in the scope in which it is called, and stays in it wherever it is read on. */
	pages(options?: unknown): AsyncIterableIterator<AnyResource[]> {
		return inOneScope(this.#pages(options));
	}

	/** A scoped function that gives a collection back begins nothing: whoever reads it begins it, in the reader's scope. */
	get [NOT_BEGUN](): true {
		return true;
	}

	[Symbol.asyncIterator](): AsyncIterableIterator<AnyResource> {
		return itemsOf(inOneScope(this.#lists(undefined)), this.#limit);
	}

	/** All of them at once. */
	async toArray(options?: unknown): Promise<AnyResource[]> {
		const list: AnyResource[] = [];
		for await (const page of this.#pages(options)) list.push(...page);
		return list;
	}

	toString(): string {
		return `${titleOf(typeOf(this.#parent))}.${this.#name}`;
	}

	[inspect.custom](): string {
		return `Collection(${this})`;
	}

	#with(choice: Partial<Choice>): this {
		const Class = this.constructor as new (...args: ConstructorParameters<typeof AnyCollection>) => this;
		return new Class(this.#parent, this.#name, this.#definition, { ...this.#choice, ...choice });
	}

	get #limit(): number {
		return this.#choice.limit ?? Number.POSITIVE_INFINITY;
	}

	async *#pages(options: unknown): AsyncGenerator<AnyResource[], void, undefined> {
		let left = this.#limit;
		if (left === 0) return;
		for await (const { items, make } of this.#lists(options)) {
			const found = items.map(make).filter((made) => made !== undefined);
			yield found.length > left ? found.slice(0, left) : found;
			left -= found.length;
			if (left <= 0) return;
		}
	}

	async *#lists(options: unknown): AsyncGenerator<Listed, void, undefined> {
		const { op, fill, gives } = this.#definition;
		const { filter, pageSize } = this.#choice;
		const { service } = typeOf(this.#parent);
		const paging = service.definition.paging[op];
		const input = merge(String(this), fillIn(fill, sourcesOf(this.#parent)), filter, "append");
		if (pageSize !== undefined && paging?.size !== undefined) input[paging.size] = pageSize;
		for await (const answer of pagesOf(this.#parent.client, op, paging, input, options)) {
			yield listed(this.#parent, gives as Result & { each: string }, sourcesOf(this.#parent, answer, input));
		}
	}
}

const NO_LIST: Listed = { items: [], make: () => undefined };

/** The items of lists, one by one, `limit` at most; those of a list that is there cost no more than a promise each. */
function itemsOf(lists: AsyncIterator<Listed>, limit: number): AsyncIterableIterator<AnyResource> {
	let list = NO_LIST;
	let at = 0;
	let left = limit;
	let turn: Promise<unknown> | undefined;
	/** The next one of the list that is there. */
	const present = (): AnyResource | undefined => {
		while (at < list.items.length && left > 0) {
			const made = list.make(list.items[at]);
			at += 1;
			if (made === undefined) continue;
			left -= 1;
			return made;
		}
		return undefined;
	};
	const step = async (): Promise<IteratorResult<AnyResource, undefined>> => {
		for (;;) {
			const value = present();
			if (value !== undefined) return { done: false, value };
			const next = left === 0 ? undefined : await lists.next();
			if (next === undefined || next.done) return { done: true, value: undefined };
			list = next.value;
			at = 0;
		}
	};
	return {
		next() {
			if (turn === undefined) {
				const value = present();
				if (value !== undefined) return Promise.resolve({ done: false, value });
			}
			// Whoever asks before the list is there waits for his turn.
			const mine = turn === undefined ? step() : turn.then(step, step);
			turn = mine;
			const end = (): void => {
				if (turn === mine) turn = undefined;
			};
			mine.then(end, end);
			return mine;
		},
		async return() {
			left = 0;
			await lists.return?.();
			return { done: true, value: undefined };
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}

/** Two filters as one: lists are put together, of anything else the later counts. */
function joined(former: Bag, later: Bag | undefined): Bag {
	const both = { ...former };
	for (const [name, value] of Object.entries(later ?? {})) {
		const own = both[name];
		both[name] = Array.isArray(own) && Array.isArray(value) ? [...own, ...value] : value;
	}
	return both;
}

function whole(where: string, count: unknown): number {
	if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number;
	return refuse(`${where} takes a whole number, not ${inspect(count)}.`);
}

/** Steps a generator in the scope, and in all other async context, of its beginning. */
function inOneScope<Item>(generator: AsyncGenerator<Item, void, undefined>): AsyncIterableIterator<Item> {
	const inPlace = AsyncLocalStorage.snapshot();
	return {
		next: () => inPlace(() => generator.next()),
		return: () => inPlace(() => generator.return()),
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
