/** The tenant is known only after authentication: the scope is opened first and gets its identity later. */

import { accountSessions } from "aws-scope";
import { awsScope } from "aws-scope/express";
import express, { type Request } from "express";
import { orders, tenantOf } from "./express.js";

const accounts = accountSessions({ role: "orders" });

interface Authenticated extends Request {
	tenant?: { account: string };
}

export const app = express();
app.use(awsScope({ bindLater: true, accounts }));
app.use((request: Authenticated, _response, next) => {
	request.tenant = tenantOf(request.get("x-api-key"));
	next();
});
app.use(awsScope((request: Authenticated) => ({ account: request.tenant?.account ?? "" })));
app.use("/orders", orders);
