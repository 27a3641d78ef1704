/** Powertools' router for HTTP: what of it runs in a scope, by where the scope is opened. */

import { Readable } from "node:stream";
import { NotFoundError, Router } from "@aws-lambda-powertools/event-handler/http";
import type { Middleware } from "@aws-lambda-powertools/event-handler/types";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { type AwsScopeSpec, bindAwsScope, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { context, httpEvent } from "./events.js";
import { quiet, seen } from "./seen.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

/** A router that notes what each of its parts has seen. */
function traced(opening: Middleware = ({ next }) => next()) {
	const trace: string[] = [];
	const note = (part: string) => trace.push(`${part}: ${seen()}`);
	const around =
		(part: string): Middleware =>
		async ({ next }) => {
			note(part);
			await new Promise(setImmediate);
			await next();
			note(`${part}, after`);
		};
	const app = new Router({ logger: quiet });
	app.use(around("earlier"));
	app.use(opening);
	app.use(around("later"));
	app.get("/", [around("the route's own")], async () => {
		note("handler");
		await new Promise(setImmediate);
		note("handler, later");
		return {};
	});
	app.get("/fails", async () => {
		await new Promise(setImmediate);
		throw new TypeError("on purpose");
	});
	app.errorHandler(TypeError, async () => {
		note("error handler");
		return { statusCode: 418, body: "" };
	});
	app.errorHandler(NotFoundError, async () => {
		note("not found");
		return { statusCode: 404, body: "" };
	});
	return { app, trace };
}

const ofA = (): AwsScopeSpec => ({ account: A, accounts: all.accounts });
const inScope: Middleware = ({ next }) => runInAwsScope(ofA(), next);
const binding: Middleware = async ({ next }) => {
	bindAwsScope(ofA());
	await next();
};

type Resolve = (event: unknown, context: Context) => ReturnType<Router["resolve"]>;

/** Where the scope is opened, and what `before` it, in its middlewares and `outside` them is seen. */
const forms: [string, { readonly middleware?: Middleware; readonly around: (app: Resolve) => Resolve } & Sees][] = [
	["around app.resolve()", { around: (app) => withAwsScope(app, ofA()), before: A, outside: A }],
	[
		"around app.resolve(), its identity bound in a middleware",
		{
			middleware: binding,
			around: (app) => withAwsScope(app, { bindLater: true }),
			before: "UNBOUND_SCOPE",
			outside: A,
		},
	],
	["in a middleware", { middleware: inScope, around: (app) => app, before: "LOST_SCOPE", outside: "LOST_SCOPE" }],
];
interface Sees {
	readonly before: string;
	readonly outside: string;
}

describe.each(forms)("a scope that is opened %s", (_, { middleware, around, before, outside }) => {
	const send = async (path: string) => {
		const { app, trace } = traced(middleware);
		const handler = around((event, context) => app.resolve(event, context));
		// Somebody was here before: from then on nothing outside a scope is taken for the process itself.
		await runInAwsScope({ account: B, accounts: all.accounts }, async () => undefined);
		const { statusCode } = await handler(httpEvent(path), context());
		expect(tryCurrentAwsScope()).toBeUndefined();
		return { statusCode, trace };
	};

	test(`is seen by what comes after it; what comes before sees ${before}, and after it ${outside}`, async () => {
		expect(await send("/")).toEqual({
			statusCode: 200,
			trace: [
				`earlier: ${before}`,
				`later: ${A}`,
				`the route's own: ${A}`,
				`handler: ${A}`,
				`handler, later: ${A}`,
				`the route's own, after: ${A}`,
				`later, after: ${A}`,
				`earlier, after: ${outside}`,
			],
		});
	});

	test(`lets errors through to their handlers, where ${outside} is seen`, async () => {
		expect(await send("/fails")).toEqual({
			statusCode: 418,
			trace: [`earlier: ${before}`, `later: ${A}`, `error handler: ${outside}`],
		});
	});

	test("is seen where no route was found", async () => {
		const { statusCode, trace } = await send("/nowhere");
		expect([statusCode, trace]).toEqual([404, expect.arrayContaining([`not found: ${A}`])]);
	});
});

describe("a body that is a stream is read in the scope", () => {
	async function* pieces() {
		for (let count = 0; count < 3; count++) {
			await new Promise(setImmediate);
			// Powertools takes bytes where it makes a text of them.
			yield Buffer.from(`${seen()} `);
		}
	}

	test.each([
		["in a stream of Node", () => Readable.from(pieces())],
		["in a web stream", () => ReadableStream.from(pieces())],
	])("when app.resolve() makes a text of it, %s", async (_, body) => {
		const app = new Router({ logger: quiet });
		app.get("/", () => body());
		const handler = withAwsScope((event: unknown, context: Context) => app.resolve(event, context), ofA());
		const { body: text = "", isBase64Encoded } = await handler(httpEvent("/"), context());
		expect(Buffer.from(text, isBase64Encoded ? "base64" : "utf8").toString()).toBe(`${A} `.repeat(3));
	});
});

test("a scope in one router's middleware is opened for every route of the router that includes it", async () => {
	const admin = new Router({ logger: quiet });
	admin.use(inScope);
	admin.get("/admin", () => ({ scope: seen() }));
	const app = new Router({ logger: quiet });
	app.get("/", () => ({ scope: seen() }));
	app.includeRouter(admin);
	const bodies = ["/admin", "/"].map(async (path) => (await app.resolve(httpEvent(path), context())).body);
	expect(await Promise.all(bodies)).toEqual(Array(2).fill(JSON.stringify({ scope: A })));
});

test("a scope in a route's own middleware is opened for that route alone", async () => {
	const app = new Router({ logger: quiet });
	app.get("/admin", [inScope], () => ({ scope: seen() }));
	app.get("/", () => ({ scope: seen() }));
	const handler = withAwsScope((event: unknown, context: Context) => app.resolve(event, context), {
		account: B,
		accounts: all.accounts,
	});
	const bodies = ["/admin", "/"].map(async (path) => (await handler(httpEvent(path), context())).body);
	expect(await Promise.all(bodies)).toEqual([JSON.stringify({ scope: A }), JSON.stringify({ scope: B })]);
});
