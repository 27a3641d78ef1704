/** Equal content, equal text; any difference that matters, different text. */

import { isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidOptionError } from "../../src/errors.js";
import { canonical } from "../../src/home/canonical.js";

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
		{ numRuns: 3_000 },
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

class Point {
	x = 1;
}
const f = (): void => undefined;
const symbol = Symbol("one");

describe("same", () => {
	test.each<[string, unknown, unknown]>([
		["dates of one moment", new Date(5), new Date(5)],
		["URLs", new URL("https://a.example"), new URL("https://a.example/")],
		["regular expressions", /a/g, /a/g],
		["bytes", Uint8Array.of(1, 2), Uint8Array.of(0, 1, 2).subarray(1)],
		[
			"maps in another order",
			new Map([
				["a", 1],
				["b", 2],
			]),
			new Map([
				["b", 2],
				["a", 1],
			]),
		],
		["sets in another order", new Set([1, 2]), new Set([2, 1])],
		["one function", f, f],
		["one symbol", symbol, symbol],
		["registered symbols", Symbol.for("a"), Symbol.for("a")],
		["objects without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
		["plain objects of another realm", runInNewContext("({ a: [1] })"), { a: [1] }],
	])("%s", (_what, a, b) => {
		expect(canonical({ a })).toBe(canonical({ a: b }));
	});
});

describe("different", () => {
	test.each<[string, unknown, unknown]>([
		["dates", new Date(5), new Date(6)],
		["a date and its number", new Date(5), 5],
		["a URL and its text", new URL("https://a.example/"), "https://a.example/"],
		["flags", /a/g, /a/],
		["bytes", Uint8Array.of(1), Uint8Array.of(2)],
		["kinds of bytes", Uint8Array.of(1), Int8Array.of(1)],
		["a map and an object", new Map([["a", 1]]), { a: 1 }],
		["a set and an array", new Set([1]), [1]],
		["functions of one text", () => 1, () => 1],
		["instances of equal content", new Point(), new Point()],
		["an instance and its content", new Point(), { x: 1 }],
		["symbols of one name", Symbol("a"), Symbol("a")],
		["a proxy and its target", new Proxy({ a: 1 }, {}), { a: 1 }],
		["a text and the same joined otherwise", ["ab", "c"], ["a", "bc"]],
		["an empty array and an empty object", [], {}],
		["nothing and undefined in an array", [undefined], []],
	])("%s", (_what, a, b) => {
		expect(canonical({ a })).not.toBe(canonical({ a: b }));
	});
});

test("what contains itself is refused by name, what merely repeats is not", () => {
	const loop: Record<string, unknown> = {};
	loop["self"] = [loop];
	expect(() => canonical(loop)).toThrow(InvalidOptionError);
	const twice = { a: 1 };
	expect(canonical([twice, twice])).toBe(canonical([{ a: 1 }, { a: 1 }]));
});
