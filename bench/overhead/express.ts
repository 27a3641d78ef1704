/** Express 5. */

import { awsScope } from "aws-scope/express";
import express, { type Request, type RequestHandler } from "express";
import { dispatch, header } from "./dispatch.js";
import { accounts, BY_HAND, type EntryPoint, ONE, one, own, scoped, stored } from "./entry-point.js";

function app(answer: (request: Request) => string, middleware?: RequestHandler) {
	const made = express();
	if (middleware !== undefined) made.use(middleware);
	made.get("/", (request, response) => void response.end(answer(request)));
	return dispatch(made);
}

export const entryPoint: EntryPoint = {
	[BY_HAND]: {
		bare: () => app(header),
		added: () => app(stored, (request, _response, next) => own.run({ account: header(request) }, next)),
	},
	"awsScope({ account, accounts })": {
		bare: () => app(one),
		added: () => app(scoped, awsScope({ account: ONE, accounts })),
		account: ONE,
	},
	"awsScope((request) => spec)": {
		bare: () => app(header),
		added: () =>
			app(
				scoped,
				awsScope((request) => ({ account: header(request), accounts })),
			),
	},
};
