/** What the compiler makes of the middlewares in each framework. Checked by `npm run types`, never run. */

import express, { type Request } from "express";
import fastify, { type FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { type Context as Hc, Hono } from "hono";
import Koa, { type Context, type ParameterizedContext } from "koa";
import { expectTypeOf } from "vitest";
import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import { awsScope as forHono } from "../../middleware/hono.js";
import { awsScope as forKoa } from "../../middleware/koa.js";
import { type AwsScope, accountSessions } from "../../src/index.js";

const accounts = accountSessions({ role: "Tenant" });

const app = express();
app.use(forExpress((request) => ({ account: request.get("x-account") ?? "", accounts })));
app.use(forExpress({ bindLater: true, accounts }));
app.use(
	"/:tenant",
	forExpress(async (request: Request<{ tenant: string }>) => accounts(request.params.tenant)),
);
app.get("/:id", forExpress(accounts("111111111111")), (request, response) => void response.send(request.params.id));
express.Router().use(forExpress((request: Request) => accounts(String(request.headers["x-account"]))));

const koa = new Koa<{ tenant: string }>();
koa.use(forKoa((context) => ({ account: context.get("x-account"), accounts })));
koa.use(forKoa((context: Context) => accounts(context.get("x-account"))));
koa.use(forKoa(async (context: ParameterizedContext<{ tenant: string }>) => accounts(context.state.tenant)));
koa.use(forKoa(accounts("111111111111"))).use((context) => {
	context.body = context.state.tenant;
});

type Env = { Variables: { tenant: string }; Bindings: { lambdaContext: { tenantId: string } } };
const hono = new Hono<Env>();
hono.use(forHono((context) => ({ account: context.req.header("x-account") ?? "", accounts })));
hono.use(forHono(({ env }: Hc<Env>) => accounts(env.lambdaContext.tenantId)));
hono.use(
	"/a/*",
	forHono(async (context: Hc<Env>) => accounts(context.get("tenant"))),
);
hono.get("/:id", forHono(accounts("111111111111")), (context) => context.text(context.get("tenant")));

const server = fastify();
server.register(forFastify((request) => ({ account: String(request.headers["x-account"]), accounts })));
server.register(
	forFastify((request: FastifyRequest<{ Body: { tenant: string } }>) => accounts(request.body.tenant)),
	{ hook: "preHandler" },
);
server.register(fp(forFastify(accounts("111111111111"))), { hook: "preValidation" });
server.get("/", async (request) => {
	expectTypeOf(request.awsScope).toEqualTypeOf<AwsScope | undefined>();
});
// @ts-expect-error there is no such hook
server.register(forFastify(accounts("111111111111")), { hook: "onSend" });

// @ts-expect-error a spec function must give an identity
forExpress(() => undefined);
// @ts-expect-error a spec is no string
forKoa("111111111111");
// @ts-expect-error an identity and a later one
forHono({ bindLater: true, account: "111111111111" });

// A tenant that a lookup may not have found must be found, or thrown for, first.
// @ts-expect-error account may be undefined
forExpress((request) => ({ account: request.get("x-account"), accounts }));
// @ts-expect-error account may be undefined
forHono(async (context) => ({ account: context.req.header("x-account"), accounts }));
