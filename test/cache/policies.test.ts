/** Each policy evicts what an independent, simple simulation of it evicts, whatever is done to the cache. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CachePolicy, ClientCache, type ClientKey } from "../../src/index.js";
import { scale } from "../helpers/scale.js";
import { fakeClient, key } from "./clients.js";
import { type Reference, reference } from "./references.js";

const POLICIES: readonly CachePolicy[] = ["lru", "lfu", "sieve"];

interface Real {
	readonly cache: ClientCache;
	/** What has left, in order. */
	readonly gone: string[];
}

type Step = fc.Command<Reference, Real>;

abstract class OnKey implements Step {
	protected readonly key: ClientKey;
	constructor(index: number) {
		this.key = key(index);
	}
	check(): boolean {
		return true;
	}
	abstract run(model: Reference, real: Real): void;
	toString(): string {
		return `${this.constructor.name}(${this.key})`;
	}
}

/** What left the cache is what the reference says, and what is left in it too. */
function agree(model: Reference, { cache, gone }: Real, expected: readonly string[]): void {
	expect(gone).toEqual(expected);
	gone.length = 0;
	expect([...cache.keys()].sort()).toEqual([...model.keys()].sort());
	expect(cache.size).toBe(model.keys().length);
}

class Ask extends OnKey {
	run(model: Reference, real: Real): void {
		const known = model.has(this.key);
		const made = fakeClient();
		const got = real.cache.getOrCreate(this.key, () => made);
		expect(got === made).toBe(!known);
		if (known) model.use(this.key);
		agree(model, real, known ? [] : model.add(this.key));
	}
}

class Get extends OnKey {
	run(model: Reference, real: Real): void {
		const known = model.has(this.key);
		expect(real.cache.get(this.key) !== undefined).toBe(known);
		if (known) model.use(this.key);
		agree(model, real, []);
	}
}

class Look extends OnKey {
	run(model: Reference, real: Real): void {
		const known = model.has(this.key);
		expect(real.cache.has(this.key)).toBe(known);
		expect(real.cache.peek(this.key) !== undefined).toBe(known);
		agree(model, real, []);
	}
}

class Delete extends OnKey {
	run(model: Reference, real: Real): void {
		const known = model.has(this.key);
		expect(real.cache.delete(this.key)).toBe(known);
		model.delete(this.key);
		agree(model, real, known ? [this.key] : []);
	}
}

class Resize implements Step {
	readonly size: number;
	constructor(size: number) {
		this.size = size;
	}
	check(): boolean {
		return true;
	}
	run(model: Reference, real: Real): void {
		real.cache.maxSize = this.size;
		agree(model, real, model.resize(this.size));
	}
	toString(): string {
		return `Resize(${this.size})`;
	}
}

class Clear implements Step {
	check(): boolean {
		return true;
	}
	run(model: Reference, real: Real): void {
		real.cache.clear();
		const all = model.keys();
		for (const each of all) model.delete(each);
		real.gone.sort();
		agree(model, real, all.sort());
	}
	toString(): string {
		return "Clear";
	}
}

/** More keys than places; a few of them are favorites. */
const index = fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, { weight: 2, arbitrary: fc.nat(30) });

const steps = fc.commands<Reference, Real>(
	[
		index.map((at) => new Ask(at)),
		index.map((at) => new Ask(at)),
		index.map((at) => new Ask(at)),
		index.map((at) => new Get(at)),
		index.map((at) => new Get(at)),
		index.map((at) => new Look(at)),
		index.map((at) => new Delete(at)),
		fc.integer({ min: 1, max: 12 }).map((size) => new Resize(size)),
		fc.constant(new Clear()),
	],
	{ maxCommands: 200, size: "max" },
);

describe.each(POLICIES)("%s", (policy) => {
	test("evicts the same clients as the simulation, in the same order", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 10 }), steps, (size, commands) => {
				fc.modelRun(() => {
					const gone: string[] = [];
					const cache = new ClientCache({ policy, maxSize: size, dispose: (_client, left) => gone.push(left) });
					return { model: reference(policy, size), real: { cache, gone } };
				}, commands);
			}),
			{ numRuns: scale(40, 150) },
		);
	}, 60_000);

	test("evicts the same clients over a long trace of its own size", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2, max: 25 }),
				fc.array(index, { minLength: 500, maxLength: 1_500 }),
				(size, trace) => {
					const gone: string[] = [];
					const cache = new ClientCache({ policy, maxSize: size, dispose: (_client, left) => gone.push(left) });
					const model = reference(policy, size);
					const expected: string[] = [];
					for (const at of trace) {
						const asked = key(at);
						if (model.has(asked)) model.use(asked);
						else expected.push(...model.add(asked));
						cache.getOrCreate(asked, fakeClient);
					}
					expect(gone).toEqual(expected);
				},
			),
			{ numRuns: scale(20, 60) },
		);
	}, 60_000);
});

test("an old favorite gives way under lfu, and would hold its place forever without aging", () => {
	const cache = new ClientCache({ policy: "lfu", maxSize: 10 });
	const plain = reference("plain lfu", 10);
	cache.set(key(0), fakeClient());
	plain.add(key(0));
	for (let use = 0; use < 10_000; use += 1) {
		cache.get(key(0));
		plain.use(key(0));
	}
	for (let newcomer = 1; newcomer <= 6 * 4 * 10; newcomer += 1) {
		cache.set(key(newcomer), fakeClient());
		plain.add(key(newcomer));
	}
	expect(cache.has(key(0))).toBe(false);
	expect(plain.has(key(0))).toBe(true);
});

test("a favorite that is still used holds its place among passers-by, under lfu and sieve", () => {
	for (const policy of ["lfu", "sieve"] as const) {
		const cache = new ClientCache({ policy, maxSize: 10 });
		cache.set(key(0), fakeClient());
		for (let passer = 1; passer <= 1_000; passer += 1) {
			if (passer % 5 === 0) expect(cache.get(key(0)), policy).toBeDefined();
			cache.set(key(passer), fakeClient());
		}
		expect(cache.has(key(0)), policy).toBe(true);
	}
});
