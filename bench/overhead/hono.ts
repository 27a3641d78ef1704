/** Hono 4, compared with its own context storage. */

import { awsScope } from "aws-scope/hono";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { contextStorage, getContext } from "hono/context-storage";
import {
	ACCOUNTS,
	accounts,
	BY_HAND,
	type EntryPoint,
	type Invoke,
	ONE,
	one,
	own,
	scoped,
	stored,
} from "./entry-point.js";

/** Created in advance, because a web `Request` costs more than Hono. */
const REQUESTS = new Map(
	[ONE, ...ACCOUNTS].map((account) => [
		account,
		new Request("http://localhost/", { headers: { "x-account": account } }),
	]),
);

function app(answer: (context: Context) => string, middleware?: MiddlewareHandler): Invoke {
	const made = new Hono();
	if (middleware !== undefined) made.use(middleware);
	made.get("/", (context) => context.text(answer(context)));
	return async (account) => made.fetch(REQUESTS.get(account) as Request);
}

const header = (context: { req: { header(name: string): string | undefined } }): string =>
	String(context.req.header("x-account"));

export const entryPoint: EntryPoint = {
	[BY_HAND]: {
		bare: () => app(header),
		added: () => app(stored, (context, next) => own.run({ account: header(context) }, next)),
	},
	"contextStorage()": {
		bare: () => app(header),
		added: () => app(() => header(getContext()), contextStorage()),
	},
	"awsScope({ account, accounts })": {
		bare: () => app(one),
		added: () => app(scoped, awsScope({ account: ONE, accounts })),
		account: ONE,
	},
	"awsScope((context) => spec)": {
		bare: () => app(header),
		added: () =>
			app(
				scoped,
				awsScope((context) => ({ account: header(context), accounts })),
			),
	},
};
