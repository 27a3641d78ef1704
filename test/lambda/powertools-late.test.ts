/** Powertools' router, with a scope that is opened around it and gets its identity in a middleware. */

import { Router } from "@aws-lambda-powertools/event-handler/http";
import type { Middleware } from "@aws-lambda-powertools/event-handler/types";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { tenantOfHeader } from "../../middleware/lambda.js";
import { type AwsScopeSpec, bindAwsScope, errors, withAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { context, httpEvent } from "./events.js";
import { quiet, seen } from "./seen.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

const ofA = (): AwsScopeSpec => ({ account: A, accounts: all.accounts });

describe("an identity that", () => {
	const late = (authenticate: Middleware) => {
		const app = new Router({ logger: quiet });
		app.use(authenticate);
		app.get("/", () => ({ scope: seen() }));
		app.errorHandler(TypeError, async () => ({ statusCode: 401, body: seen() }));
		app.errorHandler(errors.AwsScopeError, async ({ code }) => ({ statusCode: 403, body: code }));
		return withAwsScope((event: unknown, context: Context) => app.resolve(event, context), { bindLater: true });
	};

	test("is not found answers as the error handler says, which may touch no account", async () => {
		const handler = late(async () => {
			throw new TypeError("Who are you?");
		});
		expect(await handler(httpEvent("/"), context())).toMatchObject({ statusCode: 401, body: "UNBOUND_SCOPE" });
	});

	test("is not found by a resolver of aws-scope/lambda can be answered by its code", async () => {
		const handler = late(async ({ reqCtx, next }) => {
			bindAwsScope({ account: tenantOfHeader(reqCtx.event, "x-tenant"), accounts: all.accounts });
			await next();
		});
		expect(await handler(httpEvent("/"), context())).toMatchObject({ statusCode: 403, body: "TENANT_NOT_FOUND" });
		const sent = httpEvent("/", { headers: { "X-Tenant": B } });
		expect(await handler(sent, context())).toMatchObject({ statusCode: 200, body: JSON.stringify({ scope: B }) });
	});

	test("is bound twice keeps the first, and the request fails by name", async () => {
		const handler = late(async ({ next }) => {
			bindAwsScope(ofA());
			bindAwsScope({ account: B, accounts: all.accounts });
			await next();
		});
		expect(await handler(httpEvent("/"), context())).toMatchObject({ statusCode: 403, body: "ALREADY_BOUND" });
	});

	test("is bound where no scope was opened fails by name", async () => {
		const app = new Router({ logger: quiet });
		app.use(async () => bindAwsScope(ofA()));
		app.errorHandler(errors.ScopeNotOpenError, async ({ code }) => ({ statusCode: 500, body: code }));
		expect(await app.resolve(httpEvent("/"), context())).toMatchObject({ statusCode: 500, body: "SCOPE_NOT_OPEN" });
	});
});
