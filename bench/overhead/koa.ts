/** Koa 3. */

import { awsScope } from "aws-scope/koa";
import Koa, { type Context, type Middleware } from "koa";
import { dispatch, header } from "./dispatch.js";
import { accounts, BY_HAND, type EntryPoint, ONE, one, own, scoped, stored } from "./entry-point.js";

function app(answer: (context: Context) => string, middleware?: Middleware) {
	const made = new Koa();
	if (middleware !== undefined) made.use(middleware);
	made.use((context) => {
		context.body = answer(context);
	});
	return dispatch(made.callback());
}

export const entryPoint: EntryPoint = {
	[BY_HAND]: {
		bare: () => app(header),
		added: () => app(stored, (context, next) => own.run({ account: header(context) }, next)),
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
