/** The same API as a Lambda function in tenant isolation mode: Lambda itself passes the tenant id. */

import { accountSessions } from "aws-scope";
import { awsScope } from "aws-scope/hono";
import { type Context, Hono } from "hono";
import { handle, type LambdaContext } from "hono/aws-lambda";
import { orders, tenantOf } from "./hono.js";

const accounts = accountSessions({ role: "orders" });

interface Env {
	Bindings: { lambdaContext: LambdaContext & { tenantId?: string } };
}

const app = new Hono<Env>();
app.use(awsScope(({ env }: Context<Env>) => ({ ...tenantOf(env.lambdaContext.tenantId), accounts })));
app.route("/orders", orders);

export const handler = handle(app);
