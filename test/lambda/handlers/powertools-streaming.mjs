/** Powertools' router with response streaming: bodies that are made while they are sent. */

import { Readable } from "node:stream";
import { Router, streamify } from "@aws-lambda-powertools/event-handler/http";
import { bindAwsScope, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { tenantOfClaim } from "aws-scope/lambda";
import { accounts, ask } from "./tenants.mjs";

const claimed = (event) => tenantOfClaim(event, "custom:tenant");
const ofEvent = (event) => ({ account: claimed(event), accounts });
const big = "x".repeat(64 * 1024);

/**
 * Each piece says who answered and in which scope; its padding fills every buffer on the way. The first ones wait for
 * nobody, so they do that before the runtime's connection is there.
 */
async function* pieces(event) {
	for (let count = 0; count < 4; count += 1) {
		yield Buffer.from(`${claimed(event)} ${tryCurrentAwsScope()?.account} ${big}\n`);
	}
	for (let count = 0; count < 16; count += 1) {
		yield Buffer.from(`${await ask(claimed(event))} ${tryCurrentAwsScope()?.account} ${big}\n`);
	}
}
const piecesInScope = withAwsScope(pieces);

/** A router whose scope is opened in `middleware`, or around it. */
function routes(middleware) {
	const app = new Router({ logger: { debug() {}, info() {}, warn() {}, error() {} } });
	app.use(middleware);
	app.get("/json", async ({ event }) => ({
		answered: await ask(claimed(event)),
		scope: tryCurrentAwsScope()?.account,
	}));
	app.get("/plain", ({ event }) => Readable.from(pieces(event)));
	app.get("/scoped", ({ event }) => Readable.from(piecesInScope(event)));
	app.get("/web", ({ event }) => new Response(ReadableStream.from(piecesInScope(event)), { status: 201 }));
	app.get("/fails", () => {
		throw new TypeError("on purpose");
	});
	app.get("/breaks", ({ event }) =>
		Readable.from(
			withAwsScope(async function* () {
				yield Buffer.from(`${await ask(claimed(event))}\n`);
				throw new RangeError(`no more for ${tryCurrentAwsScope()?.account}`);
			})(),
		),
	);
	app.errorHandler(TypeError, async (_error, { event }) => ({
		statusCode: 418,
		body: { answered: await ask(claimed(event)), scope: tryCurrentAwsScope()?.account },
	}));
	return streamify(app);
}

export const around = withAwsScope(
	routes(({ next }) => next()),
	ofEvent,
);

export const late = withAwsScope(
	routes(async ({ reqCtx, next }) => {
		await new Promise(setImmediate);
		bindAwsScope(ofEvent(reqCtx.event));
		await next();
	}),
	{ bindLater: true },
);

export const inMiddleware = routes(({ reqCtx, next }) => runInAwsScope(ofEvent(reqCtx.event), next));
