/** What an invocation's answer says, to a test that wants to know who has answered. */

import { expect } from "vitest";
import type { Outcome } from "./runtime-api.js";

/** The accounts that answered, in the order of the answer, however deep in it. */
export const answeredBy = ({ body }: Outcome): string[] =>
	Array.from(body.matchAll(/answered\W+(\d{12})/g), ([, account = ""]) => account);

/** The status of a streamed HTTP answer, and what follows the eight zeros that end its prelude. */
export function streamedAnswer({ streamed, body }: Outcome): { readonly status: number; readonly text: string } {
	expect(streamed).toBe(true);
	const [prelude = "", text = ""] = body.split("\0".repeat(8));
	return { status: JSON.parse(prelude).statusCode, text };
}

/** Who answered and in which scope, for each piece of a big body. */
export const pieces = (text: string): string[] => Array.from(text.matchAll(/(\d{12} \w+) x/g), ([, said = ""]) => said);
