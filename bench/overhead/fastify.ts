/** Fastify 5, compared with @fastify/request-context 7. */

import { fastifyRequestContext, requestContext } from "@fastify/request-context";
import { awsScope } from "aws-scope/fastify";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { dispatch, header } from "./dispatch.js";
import { accounts, BY_HAND, type EntryPoint, type Invoke, ONE, one, own, scoped, stored } from "./entry-point.js";

declare module "@fastify/request-context" {
	interface RequestContextData {
		account: string;
	}
}

async function app(
	answer: (request: FastifyRequest) => string,
	add?: (made: FastifyInstance) => unknown,
): Promise<Invoke> {
	const made = fastify();
	add?.(made);
	made.get("/", (request, reply) => void reply.send(answer(request)));
	await made.ready();
	return dispatch((request, response) => made.routing(request, response));
}

export const entryPoint: EntryPoint = {
	[BY_HAND]: {
		bare: () => app(header),
		added: () =>
			app(stored, (made) =>
				made.addHook("onRequest", (request, _reply, done) => own.run({ account: header(request) }, done)),
			),
	},
	"@fastify/request-context": {
		bare: () => app(header),
		added: () =>
			app(
				() => String(requestContext.get("account")),
				(made) =>
					made.register(fastifyRequestContext, {
						defaultStoreValues: (request) => ({ account: header(request) }),
					}),
			),
	},
	"awsScope({ account, accounts })": {
		bare: () => app(one),
		added: () => app(scoped, (made) => made.register(awsScope({ account: ONE, accounts }))),
		account: ONE,
	},
	"awsScope((request) => spec)": {
		bare: () => app(header),
		added: () => app(scoped, (made) => made.register(awsScope((request) => ({ account: header(request), accounts })))),
	},
};
