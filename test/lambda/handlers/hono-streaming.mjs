/** Hono under its Lambda adapter with response streaming: bodies that are made while they are sent. */

import { tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { awsScope } from "aws-scope/hono";
import { tenantOfContext } from "aws-scope/lambda";
import { Hono } from "hono";
import { streamHandle } from "hono/aws-lambda";
import { stream, streamSSE, streamText } from "hono/streaming";
import { accounts, ask } from "./tenants.mjs";

const big = "x".repeat(64 * 1024);
/** `streamHandle()` gives Lambda's context by another name than `handle()`. */
const tenantOf = ({ env }) => tenantOfContext(env.context);

/** Each piece says who answered and in which scope; its padding fills every buffer on the way. */
const piece = async (tenant) => `${await ask(tenant)} ${tryCurrentAwsScope()?.account} ${big}\n`;

/** The first pieces wait for nobody, so they fill the buffers before the runtime's connection is there. */
async function* pieces(tenant) {
	for (let count = 0; count < 4; count += 1) yield Buffer.from(`${tenant} ${tryCurrentAwsScope()?.account} ${big}\n`);
	for (let count = 0; count < 16; count += 1) yield Buffer.from(await piece(tenant));
}
const piecesInScope = withAwsScope(pieces);

/** Writes all pieces by one of Hono's helpers. */
const writing = (tenant) => async (writer) => {
	for await (const text of pieces(tenant)) await writer.write(text);
};

function routes(...middlewares) {
	const app = new Hono();
	for (const middleware of middlewares) app.use(middleware);
	app.get("/json", async (context) =>
		context.json({ answered: await ask(tenantOf(context)), scope: tryCurrentAwsScope()?.account }),
	);
	app.get("/stream", (context) => stream(context, writing(tenantOf(context))));
	app.get("/text", (context) => streamText(context, writing(tenantOf(context))));
	app.get("/sse", (context) =>
		streamSSE(context, async (writer) => {
			for (let id = 0; id < 20; id += 1)
				await writer.writeSSE({ id: String(id), data: (await piece(tenantOf(context))).trim() });
		}),
	);
	app.get("/scoped", (context) => context.body(ReadableStream.from(piecesInScope(tenantOf(context)))));
	app.get("/plain", (context) => context.body(ReadableStream.from(pieces(tenantOf(context)))));
	app.get("/fails", () => {
		throw new TypeError("on purpose");
	});
	app.get("/breaks", (context) =>
		stream(
			context,
			async (writer) => {
				await writer.write(`${await ask(tenantOf(context))}\n`);
				throw new TypeError("on purpose");
			},
			async (error, writer) => {
				await writer.write(`${error.message} ${await ask(tenantOf(context))} ${tryCurrentAwsScope()?.account}\n`);
			},
		),
	);
	app.onError(async (error, context) =>
		context.text(`${error.message} ${await ask(tenantOf(context))} ${tryCurrentAwsScope()?.account}`, 418),
	);
	return streamHandle(app);
}

const inside = awsScope((context) => ({ account: tenantOf(context), accounts }));

export const middleware = routes(inside);
export const around = withAwsScope(routes(), (_event, _stream, context) => ({
	account: tenantOfContext(context),
	accounts,
}));
export const late = withAwsScope(routes(inside), { bindLater: true });
