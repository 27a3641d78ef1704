/** Handlers under AWS's own runtime client, one invocation at a time. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EXTERNAL_ID, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { type Deployment, deploy, type FunctionOptions, type RunningFunction, start } from "./function.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
let deployment: Deployment;
let running: RunningFunction | undefined;
beforeAll(async () => {
	deployment = deploy();
	all = await startTenants({ tenants: 3 });
});
afterAll(async () => {
	await all[Symbol.asyncDispose]();
	deployment[Symbol.dispose]();
});
beforeEach(() => all.seen.splice(0));
afterEach(async () => {
	await running?.[Symbol.asyncDispose]();
	expect(all.wrong()).toEqual([]);
});

const run = async (handler: string, options: Partial<FunctionOptions> = {}): Promise<RunningFunction> => {
	running = await start({ deployment, aws: all.aws, handler, env: { EXTERNAL_ID }, ...options });
	return running;
};

/** Invokes the running function and gives its answer. */
async function answerOf(event: object, tenantId?: string): Promise<unknown> {
	const { kind, body } = await (running as RunningFunction).invoke(event, tenantId === undefined ? {} : { tenantId });
	expect(kind, body).toBe("response");
	return JSON.parse(body);
}

/** Invokes the running function and gives what it reported. */
async function errorOf(event: object): Promise<{ errorType: string; errorMessage: string }> {
	const { kind, body } = await (running as RunningFunction).invoke(event);
	expect(kind, body).toBe("error");
	return JSON.parse(body);
}

const accountsSeen = (): string[] => all.seen.map(({ account }) => account);

describe("each invocation acts as its tenant when", () => {
	test.each([
		["buffered.named", "the spec is found from the event"],
		["buffered.bySession", "the spec is a session"],
	])("%s: %s", async (handler) => {
		await run(handler);
		for (const account of [A, B, A]) {
			expect(await answerOf({ tenant: account })).toEqual({ answered: account, scope: account });
		}
		expect(accountsSeen()).toEqual([A, B, A]);
	});

	test("an async spec function looks the tenant up as the function itself", async () => {
		await run("buffered.lookedUp");
		for (const account of [A, B]) {
			expect(await answerOf({ tenant: account })).toEqual({ answered: account, scope: account });
		}
		expect(accountsSeen()).toEqual([OWN, A, OWN, B]);
	});

	test("context.tenantId names it, from the header of Lambda's tenant isolation", async () => {
		await run("buffered.ofTenantId");
		for (const account of [A, B]) {
			expect(await answerOf({ tenant: account }, account)).toEqual({
				answered: account,
				scope: account,
				tenantId: account,
			});
		}
		expect(await errorOf({ tenant: A })).toMatchObject({ errorType: "TenantNotFoundError" });
		expect(accountsSeen()).toEqual([A, B]);
	});

	test("it is bound after authentication; before that an accessor is refused", async () => {
		await run("buffered.boundLater");
		for (const account of [A, B]) {
			expect(await answerOf({ tenant: account })).toEqual({
				answered: account,
				scope: account,
				early: "UNBOUND_SCOPE",
			});
		}
	});

	test("the handler is synchronous, or returns nothing", async () => {
		await run("buffered.synchronous");
		expect(await answerOf({ tenant: A })).toEqual({ scope: A, meant: A });
		await running?.[Symbol.asyncDispose]();
		await run("buffered.nothing");
		expect(await answerOf({ tenant: A })).toBeNull();
	});

	test("the CommonJS build is required; the ESM build sees the same scope", async () => {
		await run("required.handler");
		for (const account of [A, B]) {
			expect(await answerOf({ tenant: account })).toEqual({ answered: account, scope: account, inEsm: account });
		}
	});

	test("middy runs in the opened scope", async () => {
		await run("required.middy");
		for (const account of [A, B]) {
			expect(await answerOf({ tenant: account })).toEqual({ answered: account, scope: account, inEsm: account });
		}
	});

	test("the client asks for work with its own HTTP instead of the addon", async () => {
		await run("buffered.named", { env: { EXTERNAL_ID, AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true" } });
		for (const account of [A, B]) {
			expect(await answerOf({ tenant: account })).toEqual({ answered: account, scope: account });
		}
	});
});

describe("the runtime client", () => {
	test("refuses a handler of three parameters, and takes the same one in a scope", async () => {
		const refused = await run("buffered.threeParameters");
		expect((await refused.initError).errorType).toBe("Runtime.CallbackHandlerDeprecated");
		expect(await refused.exited).not.toBe(0);
		await refused[Symbol.asyncDispose]();
		await run("buffered.threeParametersInScope");
		expect(await answerOf({ tenant: A })).toEqual({ scope: A, id: "request-1", meant: A, extra: "undefined" });
	});

	test.each([
		["init-error.ofHandler", "InvalidOptionError", /withAwsScope\(\) takes a function, not "not a function"/],
		["buffered.missing", "Runtime.HandlerNotFound", /undefined or not exported/],
	])("reports what %s throws when it is loaded", async (handler, errorType, message) => {
		const { initError, exited } = await run(handler);
		expect(await initError).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
		expect(await exited).not.toBe(0);
		expect(all.seen).toEqual([]);
	});

	test.each([
		["buffered.failing", { tenant: A }, "TypeError", `no order for ${A}`],
		["buffered.failingAtOnce", { tenant: A }, "RangeError", `no order for ${A}`],
		["buffered.specFails", { tenant: A }, "ReferenceError", "no such tenant"],
		["buffered.specFailsLater", { tenant: A }, "ReferenceError", "no such tenant"],
		["buffered.tenantMissing", {}, "TenantNotFoundError", "was given account: undefined"],
		["buffered.specGiven", { spec: {} }, "InvalidOptionError", "returned no session and no account"],
		["buffered.specGiven", { spec: null }, "TenantNotFoundError", "was given null; find the tenant's account"],
		["buffered.specGiven", { spec: { account: A } }, "NoAccountSessionsError", "set accounts"],
	])("reports the error of %s for %j and goes on", async (handler, event, errorType, message) => {
		const { output } = await run(handler);
		for (const _ of ["first", "second"]) {
			const error = await errorOf(event);
			expect(error).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
		}
		expect(output()).not.toContain("THE HANDLER RAN");
		expect(accountsSeen().filter((account) => account !== A)).toEqual([]);
	});
});

describe("outside every scope", () => {
	test("a function that has acted for a tenant refuses an accessor; before that it serves the function itself", async () => {
		await run("buffered.lostScope");
		expect(await answerOf({})).toBe("none");
		expect(await answerOf({ tenant: A })).toBe(A);
		expect(await answerOf({})).toBe("LOST_SCOPE");
	});

	test("and inside a tenant's, the function itself can be named", async () => {
		await run("buffered.itself");
		expect(await answerOf({ tenant: A })).toBe(OWN);
	});
});
