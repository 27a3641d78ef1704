/** What a source of targets returns: an async iterable that starts anew each time it is read, with `flatMap()`. */

/** A list that is fetched page by page, as it is read. Each reading starts anew. */
export interface Listing<Item> extends AsyncIterable<Item> {
	/** The items of `fn(item)` for each item, still fetched as they are read: `(account) => regions.map(…)`. */
	flatMap<Other>(fn: (item: Item) => Iterable<Other> | AsyncIterable<Other>): Listing<Other>;
}

/** A listing of what `read` yields. Nothing runs until it is read. */
export const listing = <Item>(read: () => AsyncIterable<Item>): Listing<Item> => ({
	[Symbol.asyncIterator]: () => read()[Symbol.asyncIterator](),
	flatMap: (fn) =>
		listing(async function* () {
			for await (const item of read()) yield* fn(item);
		}),
});
