/** Paginates an operation. */

import type { Paging } from "./definition.js";
import type { AnyClient } from "./identity.js";
import { type PlainObject, valueAt } from "./paths.js";
import { call } from "./resource.js";

/** Calls the operation until there are no more pages, and yields each output. */
export async function* pagesOf(
	client: AnyClient,
	operation: string,
	paging: Paging | undefined,
	input: PlainObject,
	options: unknown,
): AsyncGenerator<PlainObject, void, undefined> {
	const tokens = paging?.in.split(",") ?? [];
	const sources = paging?.out.split(",") ?? [];
	let request = input;
	for (;;) {
		const answer = await call(client, operation, request, options);
		yield answer;
		if (paging === undefined || (paging.more !== undefined && answer[paging.more] !== true)) return;
		const next = sources.map((source) => tokenOf(source, answer));
		if (next.every((token) => token === undefined)) return;
		const previous = request;
		if (tokens.every((token, at) => previous[token] === next[at])) {
			throw new Error(`${operation} returned the same ${paging.out} twice, so its next page can't be requested.`);
		}
		request = { ...previous, ...Object.fromEntries(tokens.map((token, at) => [token, next[at]])) };
	}
}

/** Returns the first token that the output has. An empty token means that there are no more pages. */
function tokenOf(source: string, answer: PlainObject): unknown {
	for (const path of source.split("|")) {
		const token = valueAt(path, answer);
		if (token !== undefined && token !== "") return token;
	}
	return undefined;
}
