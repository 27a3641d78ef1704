/** A scope that gets its identity after authentication. */

import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	bindAwsScope,
	clients,
	currentAwsScope,
	errors,
	runInAwsScope,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { barrier, gate } from "../helpers/barrier.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

const whoAnswers = async (): Promise<string | undefined> => (await clients.dynamodb().listTables({})).TableNames?.[0];
const later = <Result>(fn: () => Result): Result => runInAwsScope({ bindLater: true, accounts: all.accounts }, fn);

test("a handler serves under the identity that authentication found", async () => {
	const handler = withAwsScope(
		async (event: { tenant: string }) => {
			expect(tryCurrentAwsScope()).toBeUndefined();
			expect(() => clients.dynamodb()).toThrow(errors.UnboundScopeError);
			await turn();
			bindAwsScope({ account: event.tenant });
			expect(currentAwsScope().account).toBe(event.tenant);
			return whoAnswers();
		},
		{ bindLater: true, accounts: all.accounts },
	);
	expect(await Promise.all([handler({ tenant: A }), handler({ tenant: B })])).toEqual([A, B]);
});

test("two invocations that bind while both are open get their own identity each", async () => {
	const bothOpen = barrier(2);
	const bothBound = barrier(2);
	const serve = (account: string): Promise<string | undefined> =>
		later(async () => {
			await bothOpen();
			bindAwsScope({ account });
			await bothBound();
			return whoAnswers();
		});
	expect(await Promise.all([serve(A), serve(B)])).toEqual([A, B]);
});

test("work that was started before the scope was bound sees the identity once it is there", async () => {
	await later(async () => {
		const bound = gate();
		const background = bound.opened.then(whoAnswers);
		bindAwsScope({ account: A });
		bound.open();
		expect(await background).toBe(A);
	});
});

test("a binding that fails leaves the scope to be bound", async () => {
	await later(async () => {
		expect(() => bindAwsScope({ account: "1" })).toThrow(errors.InvalidOptionError);
		expect(() => clients.dynamodb()).toThrow(errors.UnboundScopeError);
		bindAwsScope({ account: A });
		expect(await whoAnswers()).toBe(A);
	});
});

test("binding keeps the region and the defaults of the scope and may name others", async () => {
	const spec = { bindLater: true, region: "eu-west-1", clientDefaults: { maxAttempts: 7 } } as const;
	await runInAwsScope(spec, async () => {
		bindAwsScope(all.accounts(A));
		expect(currentAwsScope()).toMatchObject({ account: A, region: "eu-west-1", clientDefaults: { maxAttempts: 7 } });
		expect(await clients.dynamodb().config.maxAttempts()).toBe(7);
	});
	runInAwsScope(spec, () => {
		bindAwsScope({ session: all.accounts(A), region: "eu-west-2" });
		expect(currentAwsScope().region).toBe("eu-west-2");
	});
});

describe("nested in other scopes", () => {
	test("a scope that waits for its identity does not fall back on the one around it", async () => {
		await runInAwsScope(all.accounts(A), async () => {
			await later(async () => {
				expect(() => clients.dynamodb()).toThrow(errors.UnboundScopeError);
				bindAwsScope({ account: B });
				expect(await whoAnswers()).toBe(B);
			});
			expect(await whoAnswers()).toBe(A);
		});
	});

	test("a client of the scope around it may be used in it, before and after it is bound", async () => {
		await runInAwsScope(all.accounts(A), async () => {
			const db = clients.dynamodb();
			await later(async () => {
				expect((await db.listTables({})).TableNames).toEqual([A]);
				bindAwsScope({ account: B });
				expect((await db.listTables({})).TableNames).toEqual([A]);
			});
		});
	});

	test("a scope with an identity of its own may be opened before the outer one is bound", async () => {
		await later(async () => {
			const outerBound = gate();
			const outerClient = outerBound.opened.then(() => clients.dynamodb());
			const inner = runInAwsScope({ account: B }, async () => {
				expect(await whoAnswers()).toBe(B);
				// Bound by then, the outer scope's client belongs here as well.
				expect((await (await outerClient).listTables({})).TableNames).toEqual([A]);
				return whoAnswers();
			});
			await turn();
			bindAwsScope({ account: A });
			outerBound.open();
			expect(await inner).toBe(B);
			expect(await whoAnswers()).toBe(A);
		});
	});

	test("the inner one of two waiting scopes is the one that is bound", async () => {
		await later(async () => {
			await later(async () => {
				bindAwsScope({ account: B });
				expect(await whoAnswers()).toBe(B);
			});
			expect(() => clients.dynamodb()).toThrow(errors.UnboundScopeError);
			bindAwsScope({ account: A });
			expect(await whoAnswers()).toBe(A);
		});
	});

	test("a scope inside a bound one that names no identity cannot be bound", () => {
		later(() => {
			bindAwsScope({ account: A });
			runInAwsScope({ region: "eu-west-1" }, () => {
				expect(currentAwsScope().account).toBe(A);
				expect(() => bindAwsScope({ account: B })).toThrow(errors.ScopeNotOpenError);
			});
		});
	});
});
