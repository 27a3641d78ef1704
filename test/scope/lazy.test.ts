/** Lazy work that a scope hands out runs in that scope, whoever reads it, and the reader stays where it is. */

import { Duplex, Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
	type AwsScopeSpec,
	bindAwsScope,
	defaultSession,
	runInAwsScope,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { sampled } from "../helpers/scale.js";
import { ask } from "../middleware/servers.js";

const [A, B] = [tenant(0), tenant(1)];

// The twin of the matrix hands everything out as it is.
const unplugged = vi.hoisted(() => ({ yes: false }));
vi.mock("../../src/scope/lazy.js", async (load) => {
	const real = await load<typeof import("../../src/scope/lazy.js")>();
	return {
		...real,
		handOut: <Value>(cell: object, value: Value) => (unplugged.yes ? value : real.handOut(cell, value)),
	};
});

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => {
	unplugged.yes = false;
	all.seen.length = 0;
});
const account = (): string | undefined => tryCurrentAwsScope()?.account;

/** Work that says for whom it is meant; the server tells whose it was. */
const work = (): Promise<string> => ask(A);
async function* list(): AsyncGenerator<string> {
	for (let page = 0; page < 2; page += 1) yield await work();
}
function* steps(): Generator<Promise<string>> {
	for (let step = 0; step < 2; step += 1) yield work();
}
class Query {
	readonly #rows = work;
	readonly filters: string[] = [];
	where(filter: string): this {
		this.filters.push(filter);
		return this;
	}
	clone(): Query {
		return new Query();
	}
	// biome-ignore lint/suspicious/noThenProperty: as query builders have it.
	then<Result>(...[fulfilled, rejected]: Parameters<Promise<Result>["then"]>): Promise<unknown> {
		return (this.#rows() as Promise<never>).then(fulfilled, rejected);
	}
	catch(rejected: (error: unknown) => unknown): Promise<unknown> {
		return this.then(undefined, rejected as never);
	}
	finally(done: () => void): Promise<unknown> {
		return Promise.prototype.finally.call(this, done);
	}
}
class LazyPromise extends Promise<string> {
	// biome-ignore lint/suspicious/noThenProperty: work that starts when it is awaited.
	override then(...args: Parameters<Promise<string>["then"]>): Promise<never> {
		return work().then(...args) as Promise<never>;
	}
}
const webStream = (): ReadableStream<string> => {
	let page = 0;
	return new ReadableStream(
		{
			async pull(controller) {
				if (page++ === 2) controller.close();
				else controller.enqueue(await work());
			},
		},
		{ highWaterMark: 0 },
	);
};
const lazyBytes = (): ReadableStream<Uint8Array> => {
	let page = 0;
	return new ReadableStream(
		{
			async pull(controller) {
				if (page++ === 2) controller.close();
				else controller.enqueue(Buffer.from(await work()));
			},
		},
		{ highWaterMark: 0 },
	);
};
const stream = (): Readable => {
	let page = 0;
	return new Readable({
		highWaterMark: 1,
		read() {
			if (page++ === 2) this.push(null);
			else
				work().then(
					(text) => this.push(text),
					(error) => this.destroy(error as Error),
				);
		},
		destroy(error, callback) {
			work().then(() => callback(error), callback);
		},
	});
};

/** What the reader does; it looks around after each piece. */
type Read = (given: never, look: () => void) => Promise<unknown>;
const each: Read = async (given, look) => {
	for await (const _ of given as AsyncIterable<unknown>) look();
};
const wait: Read = async (given, look) => {
	await given;
	look();
};
const drained = (look: () => void): Writable =>
	new Writable({
		objectMode: true,
		write(_chunk, _encoding, callback) {
			look();
			callback();
		},
	});

const kinds: Record<string, readonly [make: () => unknown, read: Read]> = {
	"an async generator": [list, each],
	"a generator": [steps, each],
	"a generator of generators": [
		function* () {
			yield list();
		},
		async (given, look) => {
			for (const inner of given as Iterable<never>) await each(inner, look);
		},
	],
	"an async generator of generators": [
		async function* () {
			yield list();
		},
		async (given, look) => {
			for await (const inner of given as AsyncIterable<never>) await each(inner, look);
		},
	],
	"a hand-made iterator": [
		() => {
			let page = 0;
			return Object.freeze({ next: async () => ({ done: page++ === 2, value: await work() }) });
		},
		async (given: AsyncIterator<string>, look) => {
			while (!(await given.next()).done) look();
		},
	],
	"an async iterable": [() => ({ [Symbol.asyncIterator]: list }), each],
	"an iterable": [() => ({ [Symbol.iterator]: steps }), each],
	"a frozen iterable": [() => Object.freeze({ [Symbol.asyncIterator]: list }), each],
	"an iterable of a class": [
		() =>
			new (class {
				#list = list;
				[Symbol.asyncIterator]() {
					return this.#list();
				}
			})(),
		each,
	],
	"a thenable": [() => new Query(), wait],
	"a thenable that is chained": [
		() => new Query(),
		(given: Query, look) =>
			given
				.where("a")
				.where("b")
				.then(() => look()),
	],
	"a thenable that another one was made of": [
		() => new Query(),
		(given: Query, look) =>
			given
				.where("a")
				.clone()
				.where("b")
				.then(() => look()),
	],
	"a thenable's catch() and finally()": [
		() => new Query(),
		async (given: Query, look) => {
			await given.catch(look);
			await given.finally(look);
		},
	],
	"a frozen thenable": [() => Object.freeze(new Query()), wait],
	"a thenable of a generator": [
		() => ({
			// biome-ignore lint/suspicious/noThenProperty: as query builders have it.
			then: (done: (given: unknown) => unknown) => done({ iterator: 1, body: list() }),
		}),
		async (given: PromiseLike<{ body: never }>, look) => each((await given).body, look),
	],
	"a subclass of Promise": [() => new LazyPromise(() => {}), wait],
	"Readable.from()": [() => Readable.from(list()), each],
	"a stream": [stream, each],
	"a stream that is listened to": [
		stream,
		(given: Readable, look) =>
			new Promise((resolve, reject) => void given.on("data", look).on("error", reject).on("close", resolve)),
	],
	"a stream that is piped": [stream, (given: Readable, look) => pipeline(given, drained(look))],
	"a transform that a stream is piped into": [
		() =>
			Readable.from(["1", "2", "3", "4"]).pipe(
				new Transform({
					highWaterMark: 1,
					transform(chunk, _encoding, callback) {
						work().then(() => callback(null, chunk), callback);
					},
					flush(callback) {
						work().then(() => callback(), callback);
					},
				}),
			),
		each,
	],
	"a duplex": [
		() => {
			let page = 0;
			return new Duplex({
				read() {
					page += 1;
					if (page > 2) this.push(null);
					else work().then((found) => this.push(found));
				},
			});
		},
		each,
	],
	"an iterator with an error": [
		() => {
			let left = 2;
			return {
				error: undefined,
				async next() {
					left -= 1;
					return left < 0 ? { done: true, value: undefined } : { done: false, value: await work() };
				},
				[Symbol.asyncIterator]() {
					return this;
				},
			};
		},
		each,
	],
	"a frozen iterator": [
		() => {
			const pages = list();
			return Object.freeze({
				next: () => pages.next(),
				[Symbol.asyncIterator]() {
					return this;
				},
			});
		},
		each,
	],
	"a thenable whose catch() and finally() start it themselves": [
		() => ({
			// biome-ignore lint/suspicious/noThenProperty: as Prisma has it.
			then: (...rest: Parameters<Promise<string>["then"]>) => work().then(...rest),
			catch: (rejected: () => unknown) => work().catch(rejected),
			finally: (done: () => void) => work().finally(done),
		}),
		async (given: Promise<string>, look) => {
			await given.catch(look);
			await given.finally(look);
		},
	],
	"a frozen answer": [
		() => Object.freeze({ statusCode: 200, body: { [Symbol.asyncIterator]: list } }),
		async (given: { body: AsyncIterable<string> }, look) => each(given.body as never, look),
	],
	"a web stream": [webStream, each],
	"a web stream's reader": [
		webStream,
		async (given: ReadableStream, look) => {
			const reader = given.getReader();
			while (!(await reader.read()).done) look();
		},
	],
	"a web stream that is piped": [
		webStream,
		(given: ReadableStream, look) => given.pipeTo(new WritableStream({ write: look })),
	],
	"a web stream through a stream": [
		webStream,
		(given: ReadableStream, look) => each(given.pipeThrough(new TextEncoderStream()) as never, look),
	],
	"a web stream's branches": [
		webStream,
		async (given: ReadableStream, look) => {
			for (const branch of given.tee()) await each(branch as never, look);
		},
	],
	"a web stream as a stream of Node's": [
		webStream,
		(given: ReadableStream, look) => each(Readable.fromWeb(given as never) as never, look),
	],
	"a web stream that is cancelled": [
		() => new ReadableStream({ cancel: () => work().then(() => undefined) }),
		async (given: ReadableStream, look) => given.cancel().then(look),
	],
	"a Response": [() => new Response(lazyBytes()), async (given: Response, look) => given.text().then(look)],
	"a Response's body": [() => new Response(lazyBytes()), (given: Response, look) => each(given.body as never, look)],
	"a Response's clone": [
		() => new Response(lazyBytes()),
		async (given: Response, look) => {
			const copy = given.clone();
			await Promise.all([given.text(), copy.arrayBuffer()]);
			look();
		},
	],
	"{ body } of a stream": [
		() => ({ statusCode: 200, body: stream() }),
		async (given: { body: Readable }, look) => each(given.body as never, look),
	],
	"{ body } of an iterable": [
		() => ({ statusCode: 200, body: { [Symbol.asyncIterator]: list } }),
		async (given: { body: never }, look) => each(given.body, look),
	],
};

type Make = () => unknown;
const spec = (): AwsScopeSpec => ({ account: A, accounts: all.accounts });
const bound = (make: Make): unknown => {
	bindAwsScope(spec());
	return make();
};
const later = async (): Promise<void> => void (await turn());
const ways: Record<string, (make: Make) => unknown> = {
	"session.run()": (make) => all.accounts(A).run(make),
	"runInAwsScope()": (make) => runInAwsScope(spec(), make),
	"withAwsScope(fn, spec)": (make) => withAwsScope(make, spec())(),
	"withAwsScope(fn, found)": (make) => withAwsScope(make, spec)(),
	"withAwsScope(fn, found later)": (make) => withAwsScope(make, () => later().then(spec))(),
	"runInAwsScope({ bindLater })": (make) => runInAwsScope({ bindLater: true }, () => bound(make)),
	"withAwsScope({ bindLater }), bound later": (make) =>
		withAwsScope(async () => later().then(() => bound(make)), { bindLater: true })(),
	"a promise": (make) => runInAwsScope(spec(), async () => make()),
	"a scope inside another one": (make) => runInAwsScope(all.accounts(B), () => runInAwsScope(spec(), make)),
};
const places: Record<string, (read: () => Promise<unknown>) => Promise<unknown>> = {
	"another tenant's scope": (read) => runInAwsScope(all.accounts(B), read),
	"a scope of the default session": (read) => runInAwsScope(defaultSession(), read),
	"no scope": (read) => read(),
	"no scope, after the end": async (read) => {
		await later();
		return read();
	},
};

async function readIn(place: string, way: string, kind: string): Promise<void> {
	const [make, read] = kinds[kind] as (typeof kinds)[string];
	await places[place]?.(async () => {
		const here = account();
		const given = (ways[way] as (typeof ways)[string])(make);
		// A thenable must be handed on as it is.
		const settled = given instanceof Promise && !(given instanceof LazyPromise) ? await given : given;
		const look = (): void => void elsewhere.push(...(account() === here ? [] : [`${way}: ${kind}`]));
		if (typeof settled === "string") return;
		// A web stream pulls once it has started.
		await turn();
		await read(settled as never, look);
		look();
	});
}
const elsewhere: string[] = [];

const numbered = (table: object) => Object.keys(table).map((name, index) => [name, index] as const);

describe.each(numbered(places))("read in %s", (place, first) => {
	describe.each(numbered(ways))("of %s", (way, second) => {
		const some = Object.keys(kinds).filter((_, third) => sampled(5, first, second, third));
		test.each(some)("%s runs in its scope, and its reader elsewhere", async (kind) => {
			await readIn(place, way, kind);
			expect(all.seen.length).toBeGreaterThan(0);
			expect(all.wrong()).toEqual([]);
			expect(elsewhere.splice(0)).toEqual([]);
		});
	});
});

test("the twin of these, which hands out lazy work as it is, acts as the reader", async () => {
	unplugged.yes = true;
	const wrong: string[] = [];
	for (const kind of Object.keys(kinds)) {
		await readIn("another tenant's scope", "session.run()", kind);
		if (all.wrong().length > 0) wrong.push(kind);
		all.seen.length = 0;
	}
	expect(wrong).toEqual(Object.keys(kinds));
	await expect(readIn("no scope", "session.run()", "an async generator")).rejects.toMatchObject({ code: "LOST_SCOPE" });
});

describe("what the caller sees", () => {
	const run = <Result>(fn: () => Result): Result => runInAwsScope(spec(), fn);

	test("of a stream or a body is the value itself, with its class and its keys", async () => {
		const once = [stream(), Readable.from(list()), webStream(), new Response(lazyBytes())];
		for (const value of once) {
			const [prototype, keys] = [Object.getPrototypeOf(value) as object, Object.keys(value)];
			expect(run(() => value)).toBe(value);
			expect(await run(async () => value)).toBe(value);
			expect(Object.prototype.isPrototypeOf.call(prototype, value) || Object.getPrototypeOf(value) === prototype).toBe(
				true,
			);
			expect(Object.keys(value)).toEqual(keys);
		}
	});

	test("of a generator has its class and its text, and nothing that it lacks", () => {
		expect(Symbol.asyncIterator in run(steps)).toBe(false);
		expect(String(run(steps))).toBe("[object Generator]");
		expect(run(list)).toBeInstanceOf(list);
	});

	test.each<[string, () => unknown, (shared: never) => unknown]>([
		[
			"an object with a method called _read()",
			() => ({ _read: () => work() }),
			(shared: { _read(): unknown }) => shared._read(),
		],
		[
			"an object with a method called getReader()",
			() => ({ getReader: () => work() }),
			(shared: { getReader(): unknown }) => shared.getReader(),
		],
		[
			"an object with a method called next()",
			() => ({ next: () => work() }),
			(shared: { next(): unknown }) => shared.next(),
		],
		["a generator", list, (shared: AsyncGenerator) => shared.next()],
		[
			"an answer",
			() => ({ statusCode: 200, body: { [Symbol.asyncIterator]: list } }),
			async (shared: { body: AsyncIterable<string> }) => {
				for await (const _ of shared.body);
			},
		],
		[
			"a transform, such as a logger",
			() => new Transform({ transform: (_chunk, _encoding, done) => void work().then(() => done(), done) }),
			(shared: Transform) => new Promise((resolve) => void shared.write("line", resolve)),
		],
	])("of %s that tenants share leaves the thing itself to whoever uses it", async (_what, make, use) => {
		const shared = make();
		run(() => shared);
		await run(async () => shared);
		const before = all.seen.length;
		await runInAwsScope(all.accounts(B), () => use(shared as never));
		const made = all.seen.slice(before);
		expect(made.length).toBeGreaterThan(0);
		expect(made.filter(({ account: signer }) => signer !== B)).toEqual([]);
	});

	test("of an iterable or a thenable has its class, its members and its private state", async () => {
		const query = run(() => new Query());
		expect(query).toBeInstanceOf(Query);
		expect(query.constructor).toBe(Query);
		expect(query.where("a").where("b")).toBe(query);
		expect(query.filters).toEqual(["a", "b"]);
		expect(Object.keys(query)).toEqual(["filters"]);
		const named = run(() => ({ name: "pages", [Symbol.asyncIterator]: list }));
		expect(JSON.stringify(named)).toBe('{"name":"pages"}');
		named.name = "more";
		expect(named.name).toBe("more");
	});

	test("of an iterable that tenants share is each tenant's own view", async () => {
		const seen: (string | undefined)[] = [];
		const shared = {
			async *[Symbol.asyncIterator]() {
				seen.push(account());
				yield 1;
			},
		};
		const [ofA, ofB] = [run(() => shared), runInAwsScope(all.accounts(B), () => shared)];
		for (const pages of [ofB, ofA, shared]) for await (const _ of pages);
		expect(seen).toEqual([B, A, undefined]);
	});

	test("of a promise are its members, its class and its failures", async () => {
		class Cancelable extends Promise<string> {}
		const promise = Object.assign(Cancelable.resolve("done"), { cancel: () => "cancelled" });
		const given = run(() => promise);
		expect(given).toBeInstanceOf(Cancelable);
		expect(given.cancel()).toBe("cancelled");
		expect(await given).toBe("done");
		await expect(run(() => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
		const unhandled = new Promise((resolve) => process.once("unhandledRejection", resolve));
		run(() => Promise.reject(new Error("nobody listens")));
		expect(await unhandled).toMatchObject({ message: "nobody listens" });
	});

	test.each<[string, object]>([
		["an array", [list]],
		["a Map", new Map([["a", 1]])],
		["a class that extends Map", new (class extends Map {})()],
		["a typed array", new Uint8Array(2)],
		["URLSearchParams", new URLSearchParams("a=1")],
		["a Date", new Date(0)],
		["an iterator of a Map", new Map().entries()],
		["an observer", { next() {}, error() {} }],
		["a class", class {}],
		["a frozen answer", Object.freeze({ statusCode: 200, body: "text" })],
	])("of %s is untouched", async (_, value) => {
		const before = Reflect.ownKeys(value);
		expect(run(() => value)).toBe(value);
		expect(Reflect.ownKeys(value)).toEqual(before);
	});
});
