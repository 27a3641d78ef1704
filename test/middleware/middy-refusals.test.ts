/** Whatever is wired wrongly: the invocation fails by name, and nothing is signed by the process itself. */

import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { awsScope, awsScopeExecution, openAwsScope } from "../../middleware/middy.js";
import {
	type AwsScopeSpec,
	accountSessions,
	assumeRole,
	clients,
	errors,
	runInAwsScope,
	session,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { ask, bare, type Chain, type Handler, opened } from "./middy-chains.js";

let all: TenantAws;
let A: string;
let B: string;
let ran = 0;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
	[A, B] = all.tenants as [string, string];
});
beforeEach(() => {
	all.seen.length = 0;
	ran = 0;
});
afterAll(() => all[Symbol.asyncDispose]());

const handle: Handler = ({ tenant }) => {
	ran += 1;
	return ask(tenant);
};
const refusal = async (handler: Chain): Promise<Error & { readonly code?: string }> => {
	const error = await failure(() => handler({ tenant: A }));
	expect(tryCurrentAwsScope()).toBeUndefined();
	expect(all.seen).toEqual([]);
	return error;
};

describe.each(bare)("%s without a scope around it", (_, make) => {
	const specs: [string, () => Parameters<typeof awsScope>[0]][] = [
		["a spec", () => all.accounts(A)],
		["a spec function", () => () => all.accounts(A)],
		["an async spec function", () => async () => all.accounts(A)],
	];
	test.each(specs)("%s fails, and the message shows the line to write", async (_, spec) => {
		const error = await refusal(make(handle).use(awsScope(spec())));
		expect(error).toBeInstanceOf(errors.ScopeNotOpenError);
		expect(error.code).toBe("SCOPE_NOT_OPEN");
		expect(error.message).toContain("openAwsScope(middy(fn)).use(awsScope(spec))");
		expect(error.message).toContain('"aws-scope/middy"');
		expect(ran).toBe(0);
	});

	test("the line that the message shows is right", async () => {
		const [fn, spec] = [handle, all.accounts(A)];
		const middy = make;
		expect(await openAwsScope(middy(fn)).use(awsScope(spec))({ tenant: A })).toBe(A);
	});

	test("onError hooks and the after stack get no identity from it either", async () => {
		const seen: (string | undefined)[] = [];
		const handler = make(handle)
			.use(awsScope(all.accounts(A)))
			.onError(({ error }) => {
				seen.push((error as Error & { code?: string }).code, tryCurrentAwsScope()?.account);
				return "answered";
			});
		expect(await handler({ tenant: A })).toBe("answered");
		expect(seen).toEqual(["SCOPE_NOT_OPEN", undefined]);
		expect(ran).toBe(0);
	});

	test("wrapping a copy does not open the handler that is exported", async () => {
		const exported = make(handle).use(awsScope(all.accounts(A)));
		openAwsScope(exported);
		expect((await refusal(exported)).code).toBe("SCOPE_NOT_OPEN");
	});

	test("naming the identity twice fails instead of choosing one", async () => {
		const wrapped = withAwsScope(make(handle), all.accounts(B)).use(awsScope(all.accounts(A)));
		const error = await refusal(wrapped);
		expect(error).toBeInstanceOf(errors.ScopeAlreadyBoundError);
		expect(error.message).toContain(`arn:aws:iam::${B}:role/Tenant`);
	});

	test("a handler called inside another tenant's scope does not take that scope over", async () => {
		const handler = make(handle).use(awsScope(all.accounts(A)));
		await runInAwsScope(all.accounts(B), async () => {
			expect((await failure(handler({ tenant: A }))).code).toBe("ALREADY_BOUND");
		});
		expect(ran).toBe(0);
	});
});

describe.each(bare)("%s without a scope around it, in a process that knows of no tenant", (_, make) => {
	test.each<[string, () => AwsScopeSpec]>([
		["finds a tenant", () => all.accounts(A)],
		[
			"finds nobody",
			() => {
				throw new Error("Who are you?");
			},
		],
	])("an onError hook is not the process itself where the spec function %s", async (_what, find) => {
		await resetAwsScope();
		const hook: unknown[] = [];
		const handler = make(handle)
			.use(awsScope(find))
			.onError(async () => {
				hook.push(await failure(() => clients.dynamodb()));
			});
		await refusal(handler);
		expect(hook).toEqual([expect.any(errors.LostScopeError)]);
	});
});

describe.each(opened)("%s", (_, make) => {
	test.each<[string, unknown, string]>([
		["undefined", undefined, "TENANT_NOT_FOUND"],
		["null", null, "TENANT_NOT_FOUND"],
		["an empty spec", {}, "INVALID_OPTION"],
		["a region alone", { region: "eu-central-1" }, "INVALID_OPTION"],
		["an account that was not found", { account: undefined }, "TENANT_NOT_FOUND"],
		["a session that was not found", { session: undefined }, "TENANT_NOT_FOUND"],
		["a string", "111111111111", "INVALID_OPTION"],
		["another late binding", { bindLater: true }, "INVALID_OPTION"],
		["an account that lost its zeros", { account: 1 }, "INVALID_OPTION"],
		["an unknown option", { account: "000000000001", acount: "000000000002" }, "INVALID_OPTION"],
	])("a spec function that gives %s is refused, never served as the process", async (_, given, code) => {
		for (const find of [() => given, async () => turn(given)]) {
			const error = await refusal(make(handle).use(awsScope(find as () => AwsScopeSpec)));
			expect(error).toBeInstanceOf(errors.AwsScopeError);
			expect(error.code).toBe(code);
			expect(error.message).toMatch(/wsScope\(\)? /);
		}
		expect(ran).toBe(0);
	});

	test("the refusal of a tenant that was not found advises nobody to mean the process itself", async () => {
		const error = await refusal(make(handle).use(awsScope((() => undefined) as never)));
		expect(error.message).toBe(
			"awsScope() was given undefined; find the tenant's account first, or throw if there is none.",
		);
	});

	test("a second awsScope() in the chain is refused", async () => {
		const error = await refusal(make(handle).use([awsScope(all.accounts(A)), awsScope(all.accounts(B))]));
		expect(error.code).toBe("ALREADY_BOUND");
		expect(error.message).toContain(`arn:aws:iam::${A}:role/Tenant`);
		expect(ran).toBe(0);
	});

	test("of two that look a tenant up at the same time one binds and the other is refused", async () => {
		const [first, second] = [gate(), gate()];
		const find = (arrived: { open(): void }, account: string) => async () => {
			arrived.open();
			await Promise.all([first.opened, second.opened]);
			return all.accounts(account);
		};
		const [one, two] = [awsScope(find(first, A)), awsScope(find(second, B))];
		const both = (request: never) => Promise.all([one.before(request), two.before(request)]);
		const error = await refusal(make(handle).before(both as never));
		expect(error.code).toBe("ALREADY_BOUND");
	});

	test("a middleware ahead of the binding cannot use AWS, and says why", async () => {
		const handler = make(handle)
			.before(async ({ event }) => void (await ask(event.tenant)))
			.use(awsScope(all.accounts(A)));
		const error = await refusal(handler);
		expect(error).toBeInstanceOf(errors.UnboundScopeError);
		expect(error.code).toBe("UNBOUND_SCOPE");
		expect(ran).toBe(0);
	});

	test("a chain without awsScope() has no identity", async () => {
		expect((await refusal(make(handle))).code).toBe("UNBOUND_SCOPE");
	});

	test("after an early response the after stack has no identity that nobody gave", async () => {
		const seen: unknown[] = [];
		const handler = make(handle, { requestEnd: async () => void seen.push(await failure(() => clients.dynamodb())) })
			.before(() => "early")
			.use(awsScope(all.accounts(A)));
		expect(await handler({ tenant: A })).toBe("early");
		expect(seen).toEqual([expect.objectContaining({ code: "UNBOUND_SCOPE" })]);
	});

	test("an account that nothing says a role for is refused", async () => {
		expect((await refusal(make(handle).use(awsScope({ account: A })))).code).toBe("NO_ACCOUNT_SESSIONS");
	});

	test("what a lookup left behind keeps the process's identity and not the tenant's", async () => {
		const [bound, done] = [gate(), gate()];
		let seen: string | undefined = "not run";
		const find = () => {
			void bound.opened.then(() => {
				seen = tryCurrentAwsScope()?.session.key;
				done.open();
			});
			return all.accounts(A);
		};
		const handler = make(() => {
			bound.open();
			return done.opened;
		}).use(awsScope(find));
		await handler({ tenant: A });
		expect(seen).toBe("default");
	});
});

const takes = /^awsScope\(\) takes a function of middy's request/;
test.each<[string, unknown, RegExp]>([
	["nothing", undefined, takes],
	["null", null, takes],
	["an empty spec", {}, takes],
	["a region alone", { region: "eu-central-1" }, takes],
	["a late binding", { bindLater: true }, takes],
	["an account without its option", "111111111111", takes],
])("awsScope() refuses %s while the chain is built", (_, spec, says) => {
	expect(() => awsScope(spec as AwsScopeSpec)).toThrow(errors.InvalidOptionError);
	expect(() => awsScope(spec as AwsScopeSpec)).toThrow(says);
});

test("awsScope() refuses a tenant that was not found while the chain is built", () => {
	expect(() => awsScope({ account: undefined } as never)).toThrow(errors.TenantNotFoundError);
});

test("building a chain does not yet make this a process that acts for tenants, nor does it call AWS", async () => {
	await resetAwsScope(); // forgets the tenants of the tests before
	const calls = all.aws.stats().requests;
	const role = assumeRole({ account: "123456789012", role: "Tenant" });
	for (const [, make] of opened) make(handle).use(awsScope(role));
	awsScope({ account: "123456789012", accounts: accountSessions({ role: "Tenant" }) });
	expect(() => clients.dynamodb()).not.toThrow();
	expect(all.aws.stats().requests).toBe(calls);
});

test("a refusal shows no secret of what it was given", async () => {
	const secretAccessKey = "a-secret-that-nobody-may-read";
	const given = { credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey } };
	for (const [, make] of opened) {
		const error = await refusal(make(handle).use(awsScope((() => given) as unknown as () => AwsScopeSpec)));
		expect(error.code).toBe("INVALID_OPTION");
		expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(secretAccessKey);
	}
	expect(JSON.stringify(session(given))).not.toContain(secretAccessKey);
});

test("openAwsScope() and awsScopeExecution() take an identity from nobody", async () => {
	for (const [, make] of bare) {
		const identity = { account: A, accounts: all.accounts } as never;
		expect(() => openAwsScope(make(handle), identity)).toThrow(errors.InvalidOptionError);
	}
	expect(() => openAwsScope("handler" as never)).toThrow(errors.InvalidOptionError);
	expect(() => (awsScopeExecution((() => undefined) as never) as () => void)()).toThrow(errors.InvalidOptionError);
});

test("a constant spec stays what it was when it was given", async () => {
	for (const [, make] of opened) {
		const spec = { account: A, accounts: all.accounts };
		const chain = make(handle).use(awsScope(spec));
		spec.account = B;
		expect(await chain({ tenant: A })).toBe(A);
	}
});

test("what is wrong with a constant spec is told of where the handler is made", () => {
	for (const spec of [{ account: A, regoin: "eu-west-1" }, { account: "1" }, { region: "eu-west-1" }]) {
		expect(() => awsScope(spec as never)).toThrow(errors.InvalidOptionError);
	}
	expect(() => openAwsScope(() => {}, { regoin: "eu-west-1" } as never)).toThrow(errors.InvalidOptionError);
});
