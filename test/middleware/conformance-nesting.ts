/** Scopes inside scopes, and scopes that get their identity after authentication. */

import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type AwsScopeSpec, bindAwsScope, clients, defaultSession, errors, runInAwsScope } from "../../src/index.js";
import { OWN } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { as, type Suite, tenantOf } from "./conformance.js";
import { type App, ask, type Call, type Find, json, listen, type Route } from "./servers.js";

export function nesting({ name, serve, all, A, B, byHeader, signer, start }: Suite): void {
	describe(`scopes inside scopes of ${name}`, () => {
		test("a router below a path has its own, and the application keeps its own", async () => {
			const nested: Route = { path: "/ask", handle: (call) => ask(String(call.header("x-inner"))) };
			const inner: Find = async (call) => {
				// It runs in the surrounding scope, the application's.
				await ask(tenantOf(call));
				return { account: String(call.header("x-inner")) };
			};
			const mount = { path: "/inner", spec: inner, routes: [nested] };
			await using client = await start({ scopes: [byHeader], mount, routes: [signer] }, 1);
			for (let round = 0; round < 2; round++) {
				expect((await client.send("/inner/ask", { headers: { ...as(A), "x-inner": B } })).text).toBe(B);
				expect((await client.send("/ask", { headers: as(A) })).text).toBe(A);
			}
			expect(all().wrong()).toEqual([]);
		});

		test("an application that calls another one in the same process has a scope of its own in each", async () => {
			await using other = await start({ scopes: [byHeader], routes: [signer] });
			const calling: Route = {
				path: "/call",
				handle: async (call) => {
					const before = await ask(tenantOf(call));
					const { text } = await other.send("/ask", { headers: as(B) });
					return [before, text, await ask(tenantOf(call))].join();
				},
			};
			await using client = await start({ scopes: [byHeader], routes: [calling] });
			expect((await client.send("/call", { headers: as(A) })).text).toBe([A, B, A].join());
		});
	});

	describe(`a late identity in ${name}`, () => {
		const later = () => ({ bindLater: true, accounts: all().accounts }) as const;
		const authenticated = new Map<string, string>();
		const authenticate = {
			middleware: async (call: Call) => {
				await turn();
				expect(() => clients.dynamodb()).toThrow(errors.UnboundScopeError);
				authenticated.set(String(call.header("x-token")), tenantOf(call));
			},
		};
		const byToken: Find = (call) => ({ account: String(authenticated.get(String(call.header("x-token")))) });
		const routes: Route[] = [{ path: "/json", body: "json", handle: (call) => ask(tenantOf(call)) }, signer];
		const send = (tenant: string) => json({ ...as(tenant), "x-token": `token-${tenant}` }, {});

		test.each<[string, () => App["scopes"]]>([
			["a second awsScope()", () => [later(), authenticate, byToken]],
			[
				"a second awsScope() that looks it up",
				() => [
					later(),
					authenticate,
					async (call) => {
						await ask(OWN);
						return byToken(call);
					},
				],
			],
			[
				"bindAwsScope()",
				() => [later(), authenticate, { middleware: async (call) => bindAwsScope(byToken(call) as AwsScopeSpec) }],
			],
		])("is given by %s, once, after authentication", async (_, scopes) => {
			await using client = await start({ scopes: scopes(), routes });
			const answers = await Promise.all([A, B, A].map((tenant) => client.send("/json", send(tenant))));
			expect(answers).toEqual([A, B, A].map((text) => ({ status: 200, text })));
			expect(all().wrong()).toEqual([]);
		});

		test("reaches what was started before it", async () => {
			const bound = gate();
			const early: Promise<string>[] = [];
			const before = {
				middleware: async (call: Call) => void early.push(bound.opened.then(() => ask(tenantOf(call)))),
			};
			await using client = await start({ scopes: [later(), before, authenticate, byToken], routes });
			expect((await client.send("/ask", send(A))).text).toBe(A);
			bound.open();
			expect(await Promise.all(early)).toEqual([A]);
		});

		test("that never comes, or is none, refuses the accessors by name", async () => {
			const onError = (error: Error) => error.name;
			for (const [scopes, refusal] of [
				[[later()], "UnboundScopeError"],
				[[later(), () => ({ region: "eu-west-1" })], "InvalidOptionError"],
				[[later(), async () => undefined as never], "TenantNotFoundError"],
			] as [App["scopes"], string][]) {
				await using client = await start({ scopes, routes, onError });
				expect(await client.send("/ask", { headers: as(A) })).toEqual({ status: 500, text: refusal });
			}
			expect(all().seen).toEqual([]);
		});

		test("in a bound scope opens a nested one", async () => {
			const process = { session: defaultSession() };
			await using client = await start({
				scopes: [byHeader, process],
				routes: [{ path: "/own", handle: () => ask(OWN) }],
			});
			expect((await client.send("/own", { headers: as(A) })).text).toBe(OWN);
		});
	});

	describe(`a server of ${name} that was started in a scope without an identity`, () => {
		const late = () => ({ bindLater: true, accounts: all().accounts }) as const;
		const onError = (error: Error) => error.name;
		const outside: Route = { path: "/bare", handle: () => ask(OWN).catch((error: Error) => error.name) };
		/** Names a tenant if the request does. */
		const found: Find = async (call) => {
			await ask(OWN);
			return call.header("x-tenant") ? byHeader(call) : { region: "eu-west-1" };
		};

		test("gives that scope to no request: one that names nobody and a route without a scope have no identity", async () => {
			const app = await serve({ bare: [outside], scopes: [found], routes: [signer], onError });
			await using client = await runInAwsScope(late(), () => listen(app, 1));
			for (const own of [A, B]) {
				expect(await client.send("/ask", { headers: as(own) })).toEqual({ status: 200, text: own });
				expect(await client.send("/ask")).toEqual({ status: 500, text: "UnboundScopeError" });
				expect((await client.send("/bare")).text).toBe("UnboundScopeError");
			}
			expect(all().wrong()).toEqual([]);
		});

		test.each<[string, () => App["scopes"][number]]>([
			["awsScope()", late],
			["runInAwsScope()", () => ({ around: async (next) => void (await runInAwsScope(late(), next)) })],
		])(
			"gives a scope that %s has opened for the request its identity, also on a used connection",
			async (_, opener) => {
				const bound = gate();
				const early: Promise<string>[] = [];
				const before = {
					middleware: async (call: Call) => void early.push(bound.opened.then(() => ask(tenantOf(call)))),
				};
				const app = await serve({ scopes: [opener(), before, found], routes: [signer], onError });
				await using client = await runInAwsScope(late(), () => listen(app, 1));
				for (const own of [A, B]) expect((await client.send("/ask", { headers: as(own) })).text).toBe(own);
				bound.open();
				expect(await Promise.all(early)).toEqual([A, B]);
				expect(client.connections()).toBe(1);
			},
		);
	});
}
