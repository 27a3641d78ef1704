/** Values that a key must tell apart, and an independent opinion on which of them are equal. */

import fc from "fast-check";

class Thing {
	readonly value: number;
	constructor(value: number) {
		this.value = value;
	}
}
class LateDate extends Date {}
class List extends Array<unknown> {}

const fnA = (): number => 1;
const fnB = (): number => 1;
const shared = new Thing(1);
const ownSymbol = Symbol("a");
const proxied = new Proxy({ a: 1 }, {});

/** Each makes its value anew, but for the shared ones: those stand by identity. */
const LEAVES: readonly (() => unknown)[] = [
	...[1, "1", true, 1n, "true", "1n", 0, -0, false, "", null, "null", Number.NaN, "NaN", 1.5, -1, 1e21].map(
		(value) => () => value,
	),
	// Texts that other texts add up to, and texts that look like what a key is written in.
	...["a", "b", "ab", "aa", "a|b", "a,b", "s1:a", "n1;", "t", "{}", "[]", "o1;", "\0", "é", "e\u0301"].map(
		(value) => () => value,
	),
	...["\ud800", "\ud801", "\ufffd", "\u{1f600}"].map((value) => () => value),
	() => new Date(0),
	() => new Date(1),
	() => new Date(Number.NaN),
	() => new Date(0).toISOString(),
	() => new LateDate(0),
	() => /a/,
	() => /a/g,
	() => /a|b/,
	() => "/a/",
	() => new URL("http://a/"),
	() => new URL("http://a"),
	() => new URL("http://a/?b"),
	() => "http://a/",
	() => Uint8Array.of(1),
	() => Uint8Array.of(1, 0),
	() => Int8Array.of(1),
	() => Uint16Array.of(1),
	() => Uint8Array.of(9, 1).subarray(1),
	() => Buffer.from([1]),
	() => new DataView(Uint8Array.of(1).buffer),
	() => BigInt64Array.of(1n),
	() => fnA,
	() => fnB,
	() => () => 1,
	() => shared,
	() => new Thing(1),
	() => proxied,
	() => ownSymbol,
	() => Symbol.for("a"),
	() => Symbol.for("b"),
	() => List.of(1),
	() => Object.assign([1], { extra: 1 }),
	() => Object.assign(new Map(), { extra: 1 }),
	() => Object.create({ a: 1 }) as unknown,
	() => Object.assign(Object.create(null) as object, { a: 1 }),
	() => ({ [Symbol.for("a")]: 1 }),
	() => ({ [Symbol.for("a")]: 2 }),
	() => JSON.parse('{"__proto__":1}') as unknown,
	() => [undefined],
];

/** What a value is built from, so that it can be built twice. */
export type Plan =
	| { readonly kind: "leaf"; readonly leaf: number }
	| { readonly kind: "record"; readonly members: readonly (readonly [string, Plan])[] }
	| { readonly kind: "list" | "set"; readonly items: readonly Plan[] }
	| { readonly kind: "map"; readonly pairs: readonly (readonly [Plan, Plan])[] };

const NAMES = ["a", "b", "ab", "c", "1", "maxAttempts"];

const leafPlan = fc.nat(LEAVES.length - 1).map((leaf): Plan => ({ kind: "leaf", leaf }));
const membersOf = (plan: fc.Arbitrary<Plan>) =>
	fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), plan), { maxLength: 3, selector: ([name]) => name });
const inner: fc.Arbitrary<Plan> = fc.oneof(
	{ weight: 3, arbitrary: leafPlan },
	{ weight: 1, arbitrary: membersOf(leafPlan).map((members): Plan => ({ kind: "record", members })) },
	{ weight: 1, arbitrary: fc.array(leafPlan, { maxLength: 2 }).map((items): Plan => ({ kind: "list", items })) },
	{ weight: 1, arbitrary: fc.array(leafPlan, { maxLength: 2 }).map((items): Plan => ({ kind: "set", items })) },
	{
		weight: 1,
		// Equal keys in one map would make the order matter: the last one wins.
		arbitrary: fc
			.uniqueArray(fc.tuple(leafPlan, leafPlan), {
				maxLength: 2,
				selector: ([key]) => (key.kind === "leaf" ? LEAVES[key.leaf]?.() : key),
				comparator: "SameValueZero",
			})
			.map((pairs): Plan => ({ kind: "map", pairs })),
	},
);
/** An object of options, up to three levels deep. */
export const recordPlan: fc.Arbitrary<Extract<Plan, { kind: "record" }>> = membersOf(
	fc.oneof({ weight: 3, arbitrary: inner }, { weight: 1, arbitrary: membersOf(inner).map(record) }),
).map(record);

function record(members: readonly (readonly [string, Plan])[]): Extract<Plan, { kind: "record" }> {
	return { kind: "record", members };
}

/** Builds a value; `turn` picks an order of members and where members that are `undefined` are added. */
export function build(plan: Plan, turn: number): unknown {
	const turned = <Item>(items: readonly Item[]): Item[] => {
		const at = items.length === 0 ? 0 : turn % items.length;
		return [...items.slice(at), ...items.slice(0, at)];
	};
	switch (plan.kind) {
		case "leaf":
			return LEAVES[plan.leaf]?.();
		case "list":
			return plan.items.map((item) => build(item, turn));
		case "set":
			return new Set(turned(plan.items).map((item) => build(item, turn)));
		case "map":
			return new Map(turned(plan.pairs).map(([key, value]) => [build(key, turn), build(value, turn)]));
		case "record": {
			const built: Record<string, unknown> = {};
			if (turn % 2 === 1) built["absent"] = undefined;
			for (const [name, value] of turned(plan.members)) built[name] = build(value, turn);
			return built;
		}
	}
}

/** Another plan, most often close to this one: one leaf is another, or one member is gone. */
export function nearby(plan: Plan, at: number): Plan {
	switch (plan.kind) {
		case "leaf":
			// Neighbours in the table are look-alikes.
			return { kind: "leaf", leaf: (plan.leaf + 1 + (at % 3)) % LEAVES.length };
		case "record": {
			const index = at % (plan.members.length + 1);
			const changed = plan.members[index];
			if (changed === undefined) return record(plan.members.slice(1));
			return record(plan.members.map((member) => (member === changed ? [member[0], nearby(member[1], at)] : member)));
		}
		case "list":
		case "set":
			return at % 2 === 0
				? { kind: plan.kind === "list" ? "set" : "list", items: plan.items }
				: { kind: plan.kind, items: plan.items.map((item) => nearby(item, at)) };
		case "map":
			return { kind: "map", pairs: plan.pairs.map(([key, value]) => [value, key]) };
	}
}

/** The law of keys, said once more: by walking both values at once, without writing anything. */
export function isSame(one: unknown, other: unknown): boolean {
	if (one === other || Object.is(one, other)) return true;
	if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
	const kind = Object.getPrototypeOf(one) as object | null;
	const plain = (value: object | null): boolean => value === null || value === Object.prototype;
	if (plain(kind) && plain(Object.getPrototypeOf(other) as object | null)) {
		return one !== proxied && other !== proxied && sameMembers(one, other);
	}
	if (kind !== Object.getPrototypeOf(other)) return false;
	if (kind === Array.prototype) return sameLists(one as unknown[], other as unknown[]);
	if ("extra" in one || "extra" in other) return false;
	if (one instanceof LateDate || one instanceof List || one instanceof Thing) return false;
	if (one instanceof Date) return isSame(one.getTime(), (other as Date).getTime());
	if (one instanceof RegExp || one instanceof URL) return String(one) === String(other);
	if (one instanceof Map) return sameBag([...one], [...(other as Map<unknown, unknown>)], sameLists);
	if (one instanceof Set) return sameBag([...one], [...(other as Set<unknown>)], isSame);
	if (one instanceof DataView) return isSame(one.getUint8(0), (other as DataView).getUint8(0));
	if (ArrayBuffer.isView(one)) return sameLists(Array.from(one as Uint8Array), Array.from(other as Uint8Array));
	return false;
}

function sameMembers(one: object, other: object): boolean {
	const names = new Set([...Reflect.ownKeys(one), ...Reflect.ownKeys(other)]);
	const own = (value: object, name: PropertyKey): unknown =>
		Object.hasOwn(value, name) ? (value as Record<PropertyKey, unknown>)[name] : undefined;
	return [...names].every((name) => isSame(own(one, name), own(other, name)));
}

function sameLists(one: unknown[], other: unknown[]): boolean {
	if ("extra" in one || "extra" in other) return false;
	return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
}

/** As many of each, in whatever order. */
function sameBag<Item>(one: Item[], other: Item[], same: (a: Item, b: Item) => boolean): boolean {
	if (one.length !== other.length) return false;
	const left = [...other];
	for (const item of one) {
		const at = left.findIndex((candidate) => same(item, candidate));
		if (at === -1) return false;
		left.splice(at, 1);
	}
	return true;
}
