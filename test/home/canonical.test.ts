/** Equal content, equal text; any difference that matters, different text. */

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidOptionError } from "../../src/errors.js";
import { canonical } from "../../src/home/canonical.js";
import { scale } from "../helpers/scale.js";
import { DIFFERENT, SAME } from "./values.js";

/** Options as people write them: small values, so that two of them are equal now and then. */
const { value: options } = fc.letrec<{ value: unknown; leaf: unknown; record: Record<string, unknown> }>((tie) => ({
	value: fc.oneof({ depthSize: "small" }, tie("leaf"), tie("record"), fc.array(tie("value"), { maxLength: 2 })),
	leaf: fc.constantFrom(undefined, null, true, false, 0, -0, 1, "", "1", "true", "s1:1", 1n, Number.NaN, "n1;"),
	record: fc.dictionary(fc.constantFrom("a", "b", "__proto__", "s1:a"), tie("value"), {
		maxKeys: 2,
		noNullPrototype: true,
	}),
}));

/** Without what does not matter: members that are undefined, the sign of zero, the order of keys. */
function plain(value: unknown): unknown {
	if (value === 0) return 0;
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value;
	const members = Object.entries(value).filter(([, member]) => member !== undefined);
	return new Map(members.map(([key, member]): [string, unknown] => [key, plain(member)]).sort());
}

const sortedEqual = (a: unknown, b: unknown): boolean => isDeepStrictEqual(plain(a), plain(b));

test("two values have the same text exactly when they have the same content", () => {
	fc.assert(
		fc.property(options, options, (a, b) => (canonical(a) === canonical(b)) === sortedEqual(a, b)),
		{ numRuns: scale(1_000, 3_000) },
	);
});

test("the order of keys and undefined members do not matter", () => {
	fc.assert(
		fc.property(fc.dictionary(fc.string(), options), (record) => {
			const turned = Object.fromEntries([...Object.entries(record).reverse(), ["another key", undefined]]);
			return canonical(turned) === canonical(record);
		}),
	);
});

test.each(SAME)("same: %s", (_what, a, b) => {
	expect(canonical({ a })).toBe(canonical({ a: b }));
});

test.each(DIFFERENT)("different: %s", (_what, a, b) => {
	expect(canonical({ a })).not.toBe(canonical({ a: b }));
});

test("what contains itself is refused by name, what merely repeats is not", () => {
	const loop: Record<string, unknown> = {};
	loop["self"] = [loop];
	expect(() => canonical(loop)).toThrow(InvalidOptionError);
	const twice = { a: 1 };
	expect(canonical([twice, twice])).toBe(canonical([{ a: 1 }, { a: 1 }]));
});
