/** Checks session tags by the rules of STS. */

import { describe, fail } from "../home/check.js";
import { readRecord } from "../home/options.js";

// https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
// In a function, because V8 compiles the character classes when it meets the expression.
const isTagText = (text: string): boolean => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);

/** Reads and checks session tags. @internal */
export function readTags(where: string, given: unknown): Readonly<Record<string, string>> | undefined {
	if (given === undefined) return undefined;
	const tags = readRecord(where, given, 'an object such as { tenant: "acme" }');
	const entries = Object.entries(tags);
	if (entries.length > 50) fail(`${where} takes at most 50 tags, not ${entries.length}.`);
	const seen = new Set<string>();
	for (const [key, value] of entries) {
		if (key.length < 1 || key.length > 128 || !isTagText(key) || /^aws:/i.test(key)) {
			fail(
				`${where} has the key ${describe(key)}; a key has 1 to 128 letters, digits, spaces and _.:/=+-@, and doesn't start with "aws:".`,
			);
		}
		if (typeof value !== "string" || value.length > 256 || !isTagText(value)) {
			fail(
				`${where} has ${describe(value)} for ${key}; a value is a string of at most 256 letters, digits, spaces and _.:/=+-@.`,
			);
		}
		if (seen.has(key.toLowerCase())) fail(`${where} has ${describe(key)} twice; STS ignores case in tag keys.`);
		seen.add(key.toLowerCase());
	}
	return tags as Readonly<Record<string, string>>;
}

/** Reads and checks the transitive tag keys. @internal */
export function readTransitive(where: string, given: unknown, tags: object = {}): readonly string[] | undefined {
	if (given === undefined) return undefined;
	if (!Array.isArray(given)) fail(`${where} takes an array of tag keys, not ${describe(given)}.`);
	const keys: unknown[] = [...(given as unknown[])];
	const stray = keys.findIndex((key) => typeof key !== "string" || !Object.hasOwn(tags, key));
	if (stray !== -1) fail(`${where} names ${describe(keys[stray])}, which is not a key of tags.`);
	return keys as string[];
}
