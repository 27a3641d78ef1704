/** What the compiler makes of the middleware in chains of middy 6. Checked by `npm run types`, never run. */

import middy6, { type Request as Request6 } from "@middy/core";
import type { APIGatewayProxyEventV2, Context, SQSEvent } from "aws-lambda";
import { type AwsScopeMiddleware, awsScope, type MiddyRequest, openAwsScope } from "../../middleware/middy.js";
import { accountSessions } from "../../src/index.js";

const accounts = accountSessions({ role: "Tenant" });
const answer = async (event: SQSEvent, _context: Context) => event.Records.length;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => undefined;

const own = awsScope({ account: "111111111111", accounts });
same<typeof own, AwsScopeMiddleware<MiddyRequest>>(true);

// The chained handler keeps the event that it had.
const chained6 = openAwsScope(middy6(answer)).use(own);
same<Parameters<Parameters<typeof chained6.before>[0]>[0]["event"], SQSEvent>(true);

// A spec function says what it reads, and the chain must then provide it.
const inferred = awsScope(({ event, internal }: MiddyRequest<APIGatewayProxyEventV2, unknown, { tenant: string }>) => {
	same<typeof event, APIGatewayProxyEventV2>(true);
	return { account: internal.tenant, accounts };
});
const http6 = openAwsScope(middy6()).use(inferred);
same<Parameters<Parameters<typeof http6.before>[0]>[0]["event"]["rawPath"], string>(true);

// middy's own types of a request do as well, and so does a promise.
const byRequest = awsScope(async ({ event, context }: Request6<SQSEvent>) => {
	same<typeof context, Context>(true);
	return accounts(String(event.Records.length));
});
openAwsScope(middy6(answer)).use([byRequest, own]);

// @ts-expect-error a spec function must give an identity
awsScope(() => undefined);
// @ts-expect-error nothing waits for another binding
awsScope({ bindLater: "yes" });
// @ts-expect-error the identity comes later
openAwsScope(middy6(answer), { account: "111111111111" });
