/** The iterators of a wrapped generator step in its scope, whoever asks and through whichever helper. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { defaultSession, runInAwsScope, session, tryCurrentAwsScope, withAwsScope } from "../../src/index.js";

const A = "111111111111";
const B = "222222222222";
const of = (accountId: string) =>
	session({ credentials: { accessKeyId: `AKID${accountId}`, secretAccessKey: "example", accountId } });
const seen = (): string | undefined => tryCurrentAwsScope()?.account;

type Helper<In, Out> = (fn: (value: In) => Out) => Helped<Out>;
/** What Node 22 gives every iterator, as far as it is used here. */
type Helped<Value> = IterableIterator<Value> & {
	map: Helper<Value, unknown[]>;
	filter: Helper<Value, boolean>;
	take(count: number): Helped<Value>;
	toArray(): Value[];
	stood(times: number): Helped<Value>;
};

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/**
 * As the runtime's own helpers do it: a method that takes `next` of the generator, and an object that calls it later, when
 * it is itself stepped. It stands in where a runtime has none; `stood` is tested on all of them.
 */
function standIn(this: Iterator<unknown>, limit: number): object {
	const generator = this;
	const { next } = generator;
	let left = limit;
	const helper = {
		next: (): unknown => (left-- > 0 ? Reflect.apply(next, generator, []) : { done: true, value: undefined }),
		return(): unknown {
			generator.return?.();
			return { done: true, value: undefined };
		},
	};
	return Object.setPrototypeOf(helper, IteratorPrototype) as object;
}

beforeAll(() => {
	Object.defineProperty(IteratorPrototype, "stood", { configurable: true, value: standIn });
});
afterAll(async () => {
	Reflect.deleteProperty(IteratorPrototype, "stood");
	await resetAwsScope();
});

/** Yields the account that each of its steps sees, and notes the one that its end sees. */
function accounts(): { iterator: Helped<string | undefined>; ended: (string | undefined)[] } {
	const ended: (string | undefined)[] = [];
	const generate = withAwsScope(function* () {
		try {
			for (;;) yield seen();
		} finally {
			ended.push(seen());
		}
	}, of(A));
	return { iterator: generate() as unknown as Helped<string | undefined>, ended };
}

const elsewhere: readonly (readonly [where: string, run: <Result>(fn: () => Result) => Result])[] = [
	["another tenant's scope", (fn) => runInAwsScope(of(B), fn)],
	["a scope of the process itself", (fn) => runInAwsScope(defaultSession(), fn)],
	["no scope", (fn) => fn()],
];

describe.each(elsewhere)("stepped in %s", (_where, run) => {
	test("a helper that steps the generator later steps it in the generator's scope", () => {
		const { iterator } = accounts();
		const helped = iterator.stood(3);
		expect(run(() => [...helped])).toEqual([A, A, A]);
	});

	test("so does a helper of a helper, and its early end", () => {
		const { iterator, ended } = accounts();
		const steps: unknown[] = [];
		run(() => {
			for (const account of iterator.stood(9).stood(5)) {
				steps.push(account);
				if (steps.length === 2) break;
			}
		});
		expect(steps).toEqual([A, A]);
		expect(ended).toEqual([A]);
	});

	test("the runtime's own helpers do too, wherever it has them, and call the reader's functions where the reader is", () => {
		const has = typeof accounts().iterator.map === "function";
		expect(has).toBe("Iterator" in globalThis);
		const chain = (): unknown[] => {
			const { iterator } = accounts();
			if (!has) return [...iterator.stood(2)].map((account) => [account, seen()]);
			return iterator
				.filter((account) => account === A)
				.map((account) => [account, seen()])
				.take(2)
				.toArray();
		};
		const here = run(seen);
		expect(run(chain)).toEqual([
			[A, here],
			[A, here],
		]);
	});
});
