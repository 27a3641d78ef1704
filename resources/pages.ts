/** The pages of an operation's answers. */

import type { Paging } from "./definition.js";
import type { AnyClient } from "./identity.js";
import type { Bag } from "./input.js";
import { at } from "./paths.js";
import { call } from "./resource.js";

/** Calls the operation until AWS says that there is no more. */
export async function* pagesOf(
	client: AnyClient,
	op: string,
	paging: Paging | undefined,
	input: Bag,
	options: unknown,
): AsyncGenerator<Bag, void, undefined> {
	const tokens = paging?.in.split(",") ?? [];
	const sources = paging?.out.split(",") ?? [];
	let request = input;
	for (;;) {
		const answer = await call(client, op, request, options);
		yield answer;
		if (paging === undefined || (paging.more !== undefined && answer[paging.more] !== true)) return;
		const next = sources.map((source) => tokenOf(source, answer));
		if (next.every((token) => token === undefined)) return;
		const former = request;
		if (tokens.every((token, at) => former[token] === next[at])) {
			throw new Error(`${op} gave the same ${paging.out} twice; the pages after it cannot be read.`);
		}
		request = { ...former, ...Object.fromEntries(tokens.map((token, at) => [token, next[at]])) };
	}
}

/** The first of several that the answer has. An empty one means that there is no more. */
function tokenOf(source: string, answer: Bag): unknown {
	for (const path of source.split("|")) {
		const token = at(path, answer);
		if (token !== undefined && token !== "") return token;
	}
	return undefined;
}
