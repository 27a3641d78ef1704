/**
 * Responses that share a connection, each way of answering in each place of a scope: nothing of one runs in another
 * request's scope. The first request waits until the others are stuck behind it, so that each of them is sent by the one
 * before.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import express, { type Express } from "express";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { awsScope as forExpress } from "../../middleware/express.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { sampled } from "../helpers/scale.js";
import { ways } from "./answers.js";
import { as, current, tenantOf } from "./conformance.js";
import { serveExpress } from "./express-server.js";
import { serveFastify } from "./fastify-server.js";
import { serveHono } from "./hono-server.js";
import { serveKoa } from "./koa-server.js";
import { serveNestExpress, serveNestFastify } from "./nestjs-server.js";
import { type App, ask, type Call, type Client, type Find, listen, type RawRoute, type Serve } from "./servers.js";

const unplugged = vi.hoisted(() => ({ events: false }));
vi.mock("../../middleware/shared/events.js", async (importOriginal) => {
	const { keepEvents } = await importOriginal<typeof import("../../middleware/shared/events.js")>();
	return { keepEvents: (...args: Parameters<typeof keepEvents>) => unplugged.events || keepEvents(...args) };
});

const [A, B, C] = [tenant(0), tenant(1), tenant(2)];
/** Bigger than every buffer on the way. */
const FILLER = ".".repeat(80_000);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 3 });
});
beforeEach(() => {
	unplugged.events = false;
	all.seen.length = 0;
});
afterAll(() => all[Symbol.asyncDispose]());

/** The requests of one connection: who answers, and what has gone wrong. */
class Connection {
	readonly faults: string[] = [];
	readonly #answers: Promise<unknown>[] = [];
	readonly #stuck: ServerResponse[] = [];
	readonly #requests: number;
	constructor(requests: number) {
		this.#requests = requests;
	}

	/** What a request without a tenant asks for must run in no scope. */
	readonly answer = (own: string | undefined, response: ServerResponse, way: string): void => {
		const step = async (): Promise<string> =>
			`${own === undefined ? this.#note(way) : await this.#ask(own, way)}${FILLER}`;
		this.#answers.push(this.#turn(response).then(() => ways[way]?.(response, step)));
	};

	async #turn(response: ServerResponse): Promise<void> {
		if (this.#answers.length > 0) {
			this.#stuck.push(response);
			return;
		}
		while (this.#stuck.length < this.#requests - 1 || this.#stuck.some((one) => one.writableLength === 0)) await turn();
	}

	async #ask(own: string, way: string): Promise<string> {
		try {
			const account = await ask(own);
			if (account !== own) this.faults.push(`${way}: ${own} signed as ${account}`);
		} catch (error) {
			this.faults.push(`${way}: ${(error as Error).name} for ${own}`);
		}
		return own;
	}

	#note(way: string): string {
		if (current() !== "none") this.faults.push(`${way}: without a tenant, in the scope of ${current()}`);
		return "no tenant";
	}

	readonly done = async (): Promise<void> => void (await Promise.all(this.#answers));
}

/** Answers a request of a tenant, or of none. */
let answers: (own: string | undefined, response: ServerResponse, way: string) => unknown;
const answer = (call: Call, response: ServerResponse): void =>
	void answers(call.header("x-tenant") || undefined, response, String(call.header("x-way")));
const raw: RawRoute = { path: "/raw", raw: answer };
const bare: RawRoute = { path: "/bare", raw: answer };
const byHeader: Find = (call) => ({ account: tenantOf(call), accounts: all.accounts });

/** What goes wrong if these requests are written to one connection at once. */
async function faults(client: Client, way: string, requests: readonly (readonly [path: string, own?: string])[]) {
	const connection = new Connection(requests.length);
	answers = connection.answer;
	const received = await client.pipeline(
		requests.map(([path, own]) => ({ path, headers: { "x-way": way, ...(own !== undefined && as(own)) } })),
	);
	await connection.done();
	const answered = (received.match(/\d{12}(?=\.{9})|no tenant/g) ?? []).filter(
		(one, index, every) => one !== every[index - 1],
	);
	expect(answered).toEqual(requests.map(([, own = "no tenant"]) => own));
	return connection.faults;
}

/** The faults of the first way of answering that has any. */
async function firstFaults(
	make: () => Server | Promise<Server>,
	requests: Parameters<typeof faults>[2],
	names = Object.keys(ways),
) {
	await using client = await listen(await make());
	for (const way of names) {
		const found = await faults(client, way, requests);
		if (found.length > 0) return found;
	}
	return [];
}

const frameworks: readonly [name: string, serve: Serve][] = [
	["Express", serveExpress],
	["Fastify", serveFastify],
	["Hono", serveHono],
	["Koa", serveKoa],
	["NestJS over Express", serveNestExpress],
	["NestJS over Fastify", serveNestFastify],
];

/** Where an application has its scope, and the path of what answers. */
const places: Record<string, (outer: Find) => [App, path: string]> = {
	"in the application": () => [{ scopes: [byHeader], routes: [raw] }, "/raw"],
	"given later": () => [{ scopes: [{ bindLater: true }, async (call) => byHeader(call)], routes: [raw] }, "/raw"],
	"in a router": () => [{ scopes: [], mount: { path: "/inner", spec: byHeader, routes: [raw] } }, "/inner/raw"],
	"inside another scope": (outer) => [{ scopes: [outer, byHeader], routes: [raw] }, "/raw"],
	"in a router inside another scope": (outer) => [
		{ scopes: [outer], mount: { path: "/inner", spec: byHeader, routes: [raw] } },
		"/inner/raw",
	],
};

type Place = [name: string, make: () => Server | Promise<Server>, path: string];
const placed: Place[] = frameworks.flatMap(([name, serve]) =>
	Object.entries(places)
		// A router's scope in NestJS is a recipe: a scope that is opened by hand.
		.filter(([place]) => !(name.startsWith("NestJS") && place.startsWith("in a router")))
		.map(([place, describeApp]): Place => {
			const outer: Find = () => ({ account: C, accounts: all.accounts });
			const [app, path] = describeApp(outer);
			return [`${name}, ${place}`, () => serve(app), path];
		}),
);

const scoped = () => forExpress((request) => ({ account: String(request.get("x-tenant")), accounts: all.accounts }));
const answering: express.RequestHandler = (request, response) =>
	answer({ header: (name) => request.get(name) }, response);
const serveApp = (app: Express) => createServer(app);

/** What only Express has: applications in applications, which give requests other prototypes on their way. */
const inExpress: Record<string, () => Express> = {
	"in a sub-application": () => express().use("/inner", express().use(scoped(), answering)),
	"in a sub-application that leaves the answer to the application": () =>
		express().use("/inner", express().use(scoped())).use(answering),
	"in a sub-application that is mounted twice": () => {
		const shared = express().use(scoped());
		const app = express().use("/inner", shared).use(answering);
		// From now on the sub-application's requests inherit from those of another application.
		express().use(shared);
		return app;
	},
	"in a sub-application of a sub-application": () =>
		express()
			.use("/inner", express().use(express().use(scoped())))
			.use(answering),
	"in a sub-application inside another scope": () =>
		express()
			.use(forExpress(() => ({ account: C, accounts: all.accounts })))
			.use("/inner", express().use(scoped()))
			.use(answering),
};
for (const [place, make] of Object.entries(inExpress)) {
	placed.push([`Express, ${place}`, () => serveApp(make()), "/inner"]);
}

/** The recipe of docs/frameworks.md for a server without a framework. */
const plain = (): Server => {
	const enterScope = forExpress<IncomingMessage>(({ headers }) => ({
		account: String(headers["x-tenant"]),
		accounts: all.accounts,
	}));
	return createServer((request, response) => {
		const handle = () => answer({ header: (name) => request.headers[name] as string | undefined }, response);
		if (request.url === "/bare") handle();
		else enterScope(request, response, (error) => (error === undefined ? handle() : response.destroy(error as Error)));
	});
};
placed.push(["a plain http server", plain, "/"]);

/** The ways of answering in the n-th place. */
const waysIn = (index: number): string[] => Object.keys(ways).filter((_, way) => sampled(5, index, way));

describe.each(placed.map((place, index) => [...place, index] as const))("%s", (_, make, path, index) => {
	const requests = [A, B, A, B].map((own) => [path, own] as const);
	test("signs each page of each answer as its own tenant", async () => {
		expect(await firstFaults(make, requests, waysIn(index))).toEqual([]);
		expect(all.wrong()).toEqual([]);
	});

	// The twin of the test above.
	const twin = sampled(3, index) ? ["is caught"] : [];
	test.each(twin)("%s signing pages as another tenant when nothing keeps the responses in their scopes", async () => {
		unplugged.events = true;
		expect(await firstFaults(make, requests)).not.toEqual([]);
		expect(all.wrong()).not.toEqual([]);
	});
});

describe("a response without a scope", () => {
	const apart: [string, () => Server | Promise<Server>][] = [
		...frameworks
			.filter(([name]) => !name.startsWith("NestJS"))
			.map(([name, serve]): [string, () => Server | Promise<Server>] => [
				name,
				() => serve({ bare: [bare], scopes: [byHeader], routes: [raw] }),
			]),
		["a plain http server", plain],
	];
	test.each(apart)("of %s runs in none, whatever is sent before and after it", async (name, make) => {
		const requests = [["/bare"], ["/raw", A], ["/bare"], ["/raw", B], ["/bare"]] as const;
		const index = apart.findIndex(([one]) => one === name);
		expect(await firstFaults(make, requests, waysIn(index))).toEqual([]);
		expect(all.wrong()).toEqual([]);
	});

	test.each(apart)("of %s hears of drain in none, also when the one that waits behind it writes", async (_, make) => {
		const [full, heard] = [gate(), gate()];
		let isFull = false;
		const seen: string[] = [];
		answers = async (own, response) => {
			if (own === undefined) {
				response.on("drain", () => {
					seen.push(current());
					heard.open();
				});
				expect(response.write(FILLER)).toBe(false);
				isFull = true;
				full.open();
				await heard.opened;
			} else {
				// At once, if it can be: Node's own drain comes before any promise goes on.
				if (!isFull) await full.opened;
				response.write("from behind");
			}
			response.end();
		};
		await using client = await listen(await make());
		await client.pipeline([{ path: "/bare" }, { path: "/raw", headers: as(A) }]);
		expect(new Set(seen)).toEqual(new Set(["none"]));
	});
});
