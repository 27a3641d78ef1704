/** The middleware in chains of every version of middy: who signs, in which order, and what is left for the caller. */

import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { awsScope, type MiddyRequest } from "../../middleware/middy.js";
import { type AwsScopeSpec, defaultSession, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { barrier, gate } from "../helpers/barrier.js";
import { ask, bare, opened, type Tenanted } from "./middy-chains.js";

let all: TenantAws;
let A: string;
let B: string;
beforeAll(async () => {
	all = await startTenants({ tenants: 3 });
	[A, B] = all.tenants as [string, string];
});
beforeEach(() => {
	all.seen.length = 0;
});
afterAll(() => all[Symbol.asyncDispose]());

type Request = MiddyRequest<Tenanted>;
const byEvent = () => awsScope(({ event }: Request) => ({ account: event.tenant, accounts: all.accounts }));
const handle = ({ tenant }: Tenanted) => ask(tenant);
const account = () => tryCurrentAwsScope()?.account;

describe.each(opened)("%s", (_, make) => {
	test.each<[string, (request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>]>([
		["an account", ({ event }) => ({ account: event.tenant, accounts: all.accounts })],
		["a session", ({ event }) => all.accounts(event.tenant)],
		["a session in a spec", ({ event }) => ({ session: all.accounts(event.tenant), region: "eu-west-1" })],
		["a promise of a session", async ({ event }) => all.accounts(event.tenant)],
		[
			"a thenable that is no native promise",
			({ event }) => {
				const then = (resolve: (spec: AwsScopeSpec) => void) =>
					void setImmediate(() => resolve(all.accounts(event.tenant)));
				// As query builders give.
				return { then } as never;
			},
		],
	])("a spec function may give %s", async (_, find) => {
		const handler = make(handle).use(awsScope(find));
		expect(await handler({ tenant: A })).toBe(A);
		expect(await handler({ tenant: B })).toBe(B);
	});

	test("a spec that is the same for every invocation needs no function", async () => {
		expect(await make(handle).use(awsScope({ account: A, accounts: all.accounts }))({ tenant: A })).toBe(A);
		expect(await make(handle).use(awsScope(all.accounts(B)))({ tenant: B })).toBe(B);
	});

	test("the process's own identity is had by naming it", async () => {
		expect(await make(handle).use(awsScope(defaultSession()))({ tenant: OWN })).toBe(OWN);
		expect(await make(handle).use(awsScope(async () => defaultSession()))({ tenant: OWN })).toBe(OWN);
	});

	test("the tenant may be looked up in DynamoDB with the process's own identity", async () => {
		const find = async ({ event }: Request) => {
			await ask(OWN);
			return all.accounts(event.tenant);
		};
		expect(await make(handle).use(awsScope(find))({ tenant: A })).toBe(A);
		expect(all.seen.map(({ account }) => account)).toEqual([OWN, A]);
		expect(all.wrong()).toEqual([]);
	});

	test("a spec function reads what earlier middlewares left in request.internal", async () => {
		const handler = make(handle)
			.before(async ({ event, internal }) => {
				await turn();
				internal["tenant"] = event.tenant;
			})
			.use(
				awsScope(({ internal }: MiddyRequest<Tenanted, object, { tenant: string }>) => all.accounts(internal.tenant)),
			);
		expect(await handler({ tenant: B })).toBe(B);
	});

	test.each([0, 1, 2, 3])(
		"async middlewares around it, the scope at place %i, take nothing from the handler",
		async (place) => {
			const seen: (string | undefined)[] = [];
			const slow = {
				before: async () => void (await turn()),
				after: async () => {
					await turn();
					seen.push(account());
				},
			};
			const middlewares: object[] = [slow, slow, slow];
			middlewares.splice(place, 0, byEvent());
			expect(await make(handle).use(middlewares)({ tenant: A })).toBe(A);
			expect(seen).toEqual([A, A, A]);
		},
	);

	test("the chain may go on after it is opened, up to the handler itself", async () => {
		const answers: unknown[] = [];
		const handler = make()
			.use(byEvent())
			.before(async ({ event }) => void answers.push(await ask(event.tenant)))
			.after((request) => void answers.push(request.response))
			.onError(() => "not reached")
			.handler(handle);
		expect(await handler({ tenant: A })).toBe(A);
		expect(answers).toEqual([A, A]);
	});

	test("an error of the handler is handled as the tenant", async () => {
		const handler = make(() => Promise.reject(new Error("broken")))
			.use(byEvent())
			.onError(async ({ event }) => `handled by ${await ask(event.tenant)}`);
		expect(await handler({ tenant: B })).toBe(`handled by ${B}`);
	});

	test("hooks of the plug-in see the scope from the binding on", async () => {
		const seen: Record<string, string | undefined> = {};
		const note = (name: string) => () => {
			seen[name] = account();
		};
		const hooks = ["requestStart", "beforeHandler", "afterHandler", "requestEnd"];
		const plugin = Object.fromEntries(hooks.map((name) => [name, note(name)]));
		await make(handle, plugin).use(byEvent())({ tenant: A });
		expect(seen).toEqual({ requestStart: undefined, beforeHandler: A, afterHandler: A, requestEnd: A });
	});

	test("a handler that ran out of time goes on in its own scope", async () => {
		const [timedOut, finished] = [gate(), gate()];
		let late: string | undefined;
		const plugin = {
			timeoutEarlyInMillis: 5,
			timeoutEarlyResponse: () => {
				timedOut.open();
				return `too late for ${account()}`;
			},
		};
		const handler = make(async ({ tenant }) => {
			await timedOut.opened;
			late = await ask(tenant);
			finished.open();
		}, plugin).use(byEvent());
		expect(await handler({ tenant: A }, { getRemainingTimeInMillis: () => 6 })).toBe(`too late for ${A}`);
		expect(account()).toBeUndefined();
		await finished.opened;
		expect(late).toBe(A);
	});

	const boom = () => {
		throw new Error("boom");
	};
	const late = async () => {
		await turn();
		boom();
	};
	const ends = {
		"a result": (chain) => chain.handler(handle),
		"an early response before the scope is bound": (chain) => chain.before(() => "early"),
		"an early response after it is bound": (chain) => chain.use(byEvent()).before(async () => "early"),
		"an error before the scope is bound": (chain) => chain.before(boom).use(byEvent()),
		"an error in before": (chain) => chain.use(byEvent()).before(late),
		"a spec function that throws": (chain) => chain.use(awsScope(boom as never)),
		"a spec function that rejects": (chain) => chain.use(awsScope(late as never)),
		"a synchronous error of the handler": (chain) => chain.use(byEvent()).handler(boom),
		"an error of the handler": (chain) => chain.use(byEvent()).handler(late),
		"an error in after": (chain) => chain.use(byEvent()).after(late),
		"an error in onError": (chain) => chain.use(byEvent()).onError(late).handler(boom),
		"an error that onError answers": (chain) =>
			chain
				.use(byEvent())
				.onError(() => "handled")
				.handler(late),
	} satisfies Record<string, (chain: ReturnType<typeof make>) => ReturnType<typeof make>>;

	test.each(Object.entries(ends))("after %s the caller is where it was", async (end, build) => {
		const handler = build(end === "a result" ? make().use(byEvent()) : make(handle));
		const settle = () => handler({ tenant: A }).then(String, (error: Error) => error.message);
		const pending = settle();
		expect(account()).toBeUndefined();
		const outcome = await pending;
		expect(account()).toBeUndefined();
		expect(outcome).toMatch(end === "a result" ? /^0{11}1$/ : /^(early|handled|boom)$/);
		await runInAwsScope(all.accounts(B), async () => {
			const around = tryCurrentAwsScope();
			expect(await settle()).toBe(outcome);
			expect(tryCurrentAwsScope()).toBe(around);
			expect(await ask(B)).toBe(B);
		});
	});

	test("two invocations that meet at every step keep their own scopes", async () => {
		const meet = Array.from({ length: 6 }, () => barrier(2));
		const seen: unknown[] = [];
		const step = (index: number) => async (request: { event: Tenanted }) => {
			await meet[index]?.();
			if (index > 1) seen.push([request.event.tenant, account()]);
		};
		const handler = make(async (event) => {
			await step(3)({ event });
			return ask(event.tenant);
		})
			.before(step(0))
			.use(
				awsScope(async (request: Request) => {
					await step(1)(request);
					return all.accounts(request.event.tenant);
				}),
			)
			.before(step(2))
			.after(step(4))
			.after(step(5));
		expect(await Promise.all([handler({ tenant: A }), handler({ tenant: B })])).toEqual([A, B]);
		expect(seen).toHaveLength(8);
		for (const [tenant, current] of seen as [string, string][]) expect(current).toBe(tenant);
		expect(all.wrong()).toEqual([]);
	});

	test("a handler inside a handler opens a scope of its own", async () => {
		const inner = make(handle).use(byEvent());
		const outer = make(async ({ tenant }) => [await ask(tenant), await inner({ tenant: B }), await ask(tenant)]).use(
			byEvent(),
		);
		expect(await outer({ tenant: A })).toEqual([A, B, A]);
	});
});

describe.each(bare)("%s, wrapped plainly", (_, make) => {
	test("withAwsScope(middy(fn), spec) runs middlewares and handler in the scope, and leaves nothing behind", async () => {
		const answers: unknown[] = [];
		const handler = withAwsScope(make(handle), async ({ tenant }) => {
			await turn();
			return all.accounts(tenant);
		})
			.before(async ({ event }) => void answers.push(await ask(event.tenant)))
			.after(async ({ event }) => void answers.push(await ask(event.tenant)));
		expect(await handler({ tenant: A })).toBe(A);
		expect(answers).toEqual([A, A]);
		expect(account()).toBeUndefined();
	});
});
