/** Nothing leaks to the caller: after every kind of end, whoever called and awaited is in the scope that it was in before. */

import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	type AwsScopeSpec,
	accountSessions,
	bindAwsScope,
	runInAwsScope,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { currentCell } from "../../src/scope/scope.js";
import { tenant } from "../helpers/aws.js";

afterAll(() => resetAwsScope());

const [A, B] = [tenant(0), tenant(1)];
const accounts = accountSessions({ role: "Tenant" });
const spec = { account: A, accounts };
const account = (): string | undefined => tryCurrentAwsScope()?.account;

/** Where the caller is. */
const callers: [string, (caller: () => Promise<void>) => Promise<void>][] = [
	["outside every scope", (caller) => caller()],
	["inside another tenant's scope", (caller) => runInAwsScope({ account: B, accounts }, caller)],
	["inside a scope that waits for its identity", (caller) => runInAwsScope({ bindLater: true, accounts }, caller)],
];

type Fn = () => unknown;
/** The ways into a scope of A. */
const entries: readonly (readonly [name: string, enter: (fn: Fn) => unknown])[] = [
	["withAwsScope(fn, spec)", (fn) => withAwsScope(fn, spec)()],
	["withAwsScope(fn, found)", (fn) => withAwsScope(fn, () => spec)()],
	["withAwsScope(fn, found later)", (fn) => withAwsScope(fn, () => turn().then(() => spec))()],
	["runInAwsScope(spec, fn)", (fn) => runInAwsScope(spec, fn)],
	["session.run(fn)", (fn) => accounts(A).run(fn)],
	["withAwsScope(fn, { bindLater })", (fn) => withAwsScope(() => bound(fn), { bindLater: true })()],
	["runInAwsScope({ bindLater }, fn)", (fn) => runInAwsScope({ bindLater: true }, () => bound(fn))],
	[
		"withAwsScope(fn, { bindLater }), bound later",
		(fn) => withAwsScope(() => turn().then(() => bound(fn)), { bindLater: true })(),
	],
];
function bound(fn: Fn): unknown {
	bindAwsScope(spec);
	return fn();
}

/** Told by what runs in the scope; goes on with what it is given. */
type Inside = (go?: Fn) => unknown;
/** What runs in the scope, and what its caller does with what it gives, looking around after each thing. */
interface End {
	readonly fn: (inside: Inside, signal: AbortSignal) => unknown;
	readonly caller?: (given: unknown, look: () => void, abort: () => void) => unknown;
	readonly fails?: true;
}

const boom = (): never => {
	throw new Error("boom");
};
const never = (): Promise<never> => new Promise(() => {});

function* pieces(inside: Inside, end: Fn = () => "end") {
	try {
		inside();
		yield "1";
		inside();
		yield "2";
		return end();
	} finally {
		inside();
	}
}
async function* later(inside: Inside, end?: Fn) {
	await turn();
	yield* pieces(inside, end);
}
const read = async (given: unknown, look: () => void, leave?: unknown): Promise<void> => {
	for await (const _ of (await given) as AsyncIterable<unknown>) {
		look();
		if (leave === true) break;
	}
};
const leave = (given: unknown, look: () => void) => read(given, look, true);
const throwInto = async (given: unknown, look: () => void): Promise<void> => {
	const steps = (await given) as Generator | AsyncGenerator;
	await steps.next();
	look();
	await steps.throw(new Error("boom"));
};
const stream = (end?: Fn) => Readable.from(pieces(() => {}, end));

const ends: Record<string, End> = {
	"a return": { fn: (inside) => inside() },
	"a throw": { fn: (inside) => inside(boom), fails: true },
	"a promise that is kept": { fn: (inside) => turn().then(() => inside()) },
	"a promise that is broken": { fn: (inside) => turn().then(() => inside(boom)), fails: true },
	"a promise that is broken at once": { fn: async (inside) => inside(boom), fails: true },
	"a timeout": {
		fn: (inside) => inside(never),
		caller: (given) => Promise.race([given, turn().then(boom)]),
		fails: true,
	},
	"an abort": {
		fn: async (inside, signal) => {
			inside();
			await once(signal, "abort");
			inside(boom);
		},
		async caller(given, look, abort) {
			await turn();
			abort();
			look();
			await given;
		},
		fails: true,
	},
	"a generator's return": { fn: (inside) => pieces(inside), caller: read },
	"a generator's throw": { fn: (inside) => pieces(inside, boom), caller: read, fails: true },
	"a generator that is left": { fn: (inside) => pieces(inside), caller: leave },
	"a generator that is thrown into": {
		fn: (inside) => pieces(inside),
		caller: throwInto,
		fails: true,
	},
	"an async generator's return": { fn: (inside) => later(inside), caller: read },
	"an async generator's throw": { fn: (inside) => later(inside, boom), caller: read, fails: true },
	"an async generator that is left": { fn: (inside) => later(inside), caller: leave },
	"an async generator thrown into": { fn: (inside) => later(inside), caller: throwInto, fails: true },
	"a stream that is read": { fn: (inside) => inside(() => stream()), caller: read },
	"a stream that fails": { fn: (inside) => inside(() => stream(boom)), caller: read, fails: true },
	"a stream that is destroyed": {
		fn: (inside) => inside(() => stream()),
		async caller(given, look) {
			const readable = (await given) as Readable;
			await new Promise((close) => void readable.once("close", close).once("data", () => readable.destroy()));
			look();
		},
	},
	"an emitter that calls back": {
		fn: (inside) => inside(() => new EventEmitter().once("event", () => {})),
		async caller(given, look) {
			((await given) as EventEmitter).emit("event");
			look();
		},
	},
};

describe.each(callers)("a caller %s", (_, call) => {
	describe.each(entries)("of %s", (_name, enter) => {
		test.each(Object.entries(ends))("is where it was after %s", (_end, { fn, caller = (given) => given, fails }) =>
			call(async () => {
				const [cell, scope] = [currentCell(), tryCurrentAwsScope()];
				const look = (): void => {
					expect(currentCell()).toBe(cell);
					expect(tryCurrentAwsScope()).toBe(scope);
				};
				const seen = new Set<string | undefined>();
				const inside: Inside = (go) => {
					seen.add(account());
					return go?.();
				};
				const stop = new AbortController();
				const enterAndLook = (): unknown => {
					try {
						return enter(() => fn(inside, stop.signal));
					} finally {
						look();
					}
				};
				const outcome = (async () => caller(enterAndLook(), look, () => stop.abort()))();
				await (fails ? expect(outcome).rejects.toThrow("boom") : outcome);
				look();
				await turn();
				look();
				expect([...seen]).toEqual([A]);
			}),
		);
	});

	test.each<[string, () => unknown]>([
		["a spec function that throws", () => withAwsScope(never, boom)()],
		["a spec function that rejects", () => withAwsScope(never, () => turn().then(boom))()],
		["a spec function that gives nothing", () => withAwsScope(never, () => undefined as never)()],
		["a malformed spec", () => runInAwsScope({ account: "1" } as AwsScopeSpec, never)],
		["an accounts function that throws", () => runInAwsScope({ account: A, accounts: boom }, never)],
		["a binding that fails", () => runInAwsScope({ bindLater: true }, () => bindAwsScope({ region: "eu-west-1" }))],
		["a second binding", () => runInAwsScope({ bindLater: true }, () => bound(() => bindAwsScope(spec)))],
	])("is where it was after %s", (_end, refused) =>
		call(async () => {
			const cell = currentCell();
			const scope = tryCurrentAwsScope();
			await expect(async () => refused()).rejects.toThrow();
			expect(currentCell()).toBe(cell);
			expect(tryCurrentAwsScope()).toBe(scope);
		}),
	);
});
