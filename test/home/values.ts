/** Pairs of values for tests of canonical texts and of keys: of equal content, and different in what matters. */

import { runInNewContext } from "node:vm";

type Pair = readonly [what: string, one: unknown, other: unknown];

class Point {
	readonly x = 1;
}
class Later extends Date {}
const fn = (): void => undefined;
const symbol = Symbol("one");

/** Pairs of one text. */
export const SAME: readonly Pair[] = [
	["members in another order", { a: { x: 1, y: 2 }, b: 2 }, { b: 2, a: { y: 2, x: 1 } }],
	["a member that is undefined", { a: undefined, b: { c: undefined } }, { b: {} }],
	["dates of one moment", new Date(5), new Date(5)],
	["URLs", new URL("https://a.example"), new URL("https://a.example/")],
	["URLs that mean the same", new URL("HTTP://A:80/"), new URL("http://a/")],
	["regular expressions", /a/g, /a/g],
	["big numbers", 12n, 12n],
	["no number and no number", Number.NaN, Number.NaN],
	["bytes of another buffer", Uint8Array.of(1, 2), Uint8Array.of(0, 1, 2).subarray(1)],
	["maps in another order", new Map(Object.entries({ a: 1, b: 2 })), new Map(Object.entries({ b: 2, a: 1 }))],
	["sets in another order", new Set([1, "1"]), new Set(["1", 1])],
	["one function", [fn], [fn]],
	["one symbol", symbol, symbol],
	["registered symbols", Symbol.for("a"), Symbol.for("a")],
	["objects without a prototype", Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
	["plain objects of another realm", runInNewContext("({ a: [1] })"), { a: [1] }],
];

/** Pairs of two texts. */
export const DIFFERENT: readonly Pair[] = [
	["a number and a text", 1, "1"],
	["a number and a truth", 1, true],
	["a number and a big one", 1, 1n],
	["null and undefined", null, undefined],
	["dates", new Date(5), new Date(6)],
	["a date and its number", new Date(5), 5],
	["an instance of a subclass", new Later(0), new Date(0)],
	["a URL and its text", new URL("https://a.example/"), "https://a.example/"],
	["flags", /a/g, /a/],
	["bytes", Uint8Array.of(1), Uint8Array.of(2)],
	["kinds of bytes", Uint8Array.of(1), Int8Array.of(1)],
	["a map and an object", new Map([["a", 1]]), { a: 1 }],
	["a map and a set", new Map(), new Set()],
	["a map's key and value", new Map([["a", "b"]]), new Map([["b", "a"]])],
	["a set and an array", new Set([1]), [1]],
	["functions of one text", () => 1, () => 1],
	["instances of equal content", new Point(), new Point()],
	["an instance and its content", new Point(), { x: 1 }],
	["symbols of one name", Symbol("a"), Symbol("a")],
	["a proxy and its target", new Proxy({ a: 1 }, {}), { a: 1 }],
	["the order of an array", [1, 2], [2, 1]],
	["a hole at the end of an array", [1], [1, undefined]],
	["nothing and undefined in an array", [undefined], []],
	["what was put on an array", Object.assign([1], { extra: 1 }), [1]],
	["an array and what it looks like", ["a", "b"], "a,b"],
	["an empty array and an empty object", [], {}],
	["a text and the same joined otherwise", ["ab", "c"], ["a", "bc"]],
	["a text that holds what ends a text", ["a;sb"], ["a", "b"]],
	["a text that holds what starts a text", ["as1:b"], ["a", "b"]],
	["members that add up to the same", { ab: "c" }, { a: "bc" }],
	["halves of surrogate pairs", "\ud800", "\ud801"],
	["half of a surrogate pair and what UTF-8 makes of it", "\ud800", "\ufffd"],
	["what is inherited", Object.create({ a: 1 }), {}],
	["an inherited member of no realm's", Object.create(Object.assign(Object.create(null), { a: 1 })), {}],
	["members named by a symbol", { [Symbol.for("a")]: 1 }, {}],
	["a member called __proto__", JSON.parse('{"__proto__":{"a":1}}'), {}],
];
