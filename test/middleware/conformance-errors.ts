/** What becomes of a handler's error, and of a spec function that finds no tenant. */

import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { errors } from "../../src/index.js";
import { as, current, type Suite } from "./conformance.js";
import { ask, type Call, type Find, type Route } from "./servers.js";

export function failures({ name, awsScope, all, A, B, byHeader, start }: Suite): void {
	describe(`an error in ${name}`, () => {
		const failing = (fail: () => Promise<string>): Route => ({ path: "/fail", handle: fail });
		test.each<[string, () => Promise<string>]>([
			[
				"thrown",
				() => {
					throw new Error("boom");
				},
			],
			[
				"rejected after a while",
				async () => {
					await ask(A);
					throw new Error("boom");
				},
			],
		])("%s by a handler reaches the error handler once, which sees the request's scope or none", async (_, fail) => {
			const seen: string[] = [];
			const onError = async ({ message }: Error) => {
				await turn();
				seen.push(current());
				return message;
			};
			await using client = await start({ scopes: [byHeader], routes: [failing(fail)], onError });
			expect(await client.send("/fail", { headers: as(A) })).toEqual({ status: 500, text: "boom" });
			expect(seen).toHaveLength(1);
			expect([A, "none"]).toContain(seen[0]);
		});

		test.each<[unknown, RegExp]>([
			[{ regoin: "eu-west-1" }, /^awsScope\(\) has no option "regoin"/],
			[{ account: "1" }, /{ account }/],
			["tenant", /^awsScope\(\) takes a session, .*, not string\.$/],
			[null, /^awsScope\(\) takes a session, .*, not null\.$/],
			[undefined, /^awsScope\(\) takes a session, .*, not undefined\.$/],
		])("of a constant spec (%j) is told of where the application is made", (spec, message) => {
			expect(() => awsScope(spec as never)).toThrow(errors.InvalidOptionError);
			expect(() => awsScope(spec as never)).toThrow(message);
		});

		test("of a constant spec whose account was not found is told of there too", () => {
			expect(() => awsScope({ account: undefined } as never)).toThrow(errors.TenantNotFoundError);
		});

		test("cannot be made of a constant spec by what is written into it later", async () => {
			const spec = { account: A, accounts: all().accounts };
			await using client = await start({ scopes: [spec], routes: [{ path: "/who", handle: () => current() }] });
			spec.account = B;
			expect((await client.send("/who")).text).toBe(A);
		});

		const boom = () => {
			throw new Error("boom");
		};
		const missing: [
			string,
			(call: Call) => unknown,
			string | typeof errors.InvalidOptionError | typeof errors.TenantNotFoundError,
		][] = [
			["throws", boom, "boom"],
			["rejects", async () => boom(), "boom"],
			["gives nothing", () => undefined, errors.TenantNotFoundError],
			["gives a promise of nothing", async () => null, errors.TenantNotFoundError],
			["names no identity", () => ({ region: "eu-west-1" }), errors.InvalidOptionError],
			["found no account", () => ({ account: undefined }), errors.TenantNotFoundError],
			["found no session", async () => ({ session: null }), errors.TenantNotFoundError],
			["found an empty account", () => ({ account: "", accounts: all().accounts }), errors.TenantNotFoundError],
			["gives a malformed account", () => ({ account: "1", accounts: all().accounts }), errors.InvalidOptionError],
			["gives the tenant's name", async () => "tenant", errors.InvalidOptionError],
		];
		test.each(missing)(
			"of a spec function that %s is the framework's, and no handler runs",
			async (_, find, expected) => {
				let ran = false;
				const caught: Error[] = [];
				const handle = () => {
					ran = true;
					return "ran";
				};
				const onError = (error: Error) => {
					caught.push(error);
					return current();
				};
				await using client = await start({ scopes: [find as Find], routes: [{ path: "/ask", handle }], onError });
				for (let round = 0; round < 2; round++) {
					expect(await client.send("/ask", { headers: as(A) })).toEqual({ status: 500, text: "none" });
				}
				expect(ran).toBe(false);
				expect(caught).toHaveLength(2);
				for (const error of caught) {
					if (typeof expected === "string") expect(error.message).toBe(expected);
					else expect(error).toBeInstanceOf(expected);
				}
				expect(all().seen).toEqual([]);
			},
		);

		test.each([[undefined], ["router"], [false]])(
			"of a spec function that fails with %s never lets the request through",
			async (thrown) => {
				let ran = false;
				const handle = () => {
					ran = true;
					return "ran";
				};
				const routes = [{ path: "/ask", handle }];
				const sync = () => {
					throw thrown;
				};
				for (const find of [sync, async () => sync()]) {
					await using client = await start({ scopes: [find as Find], routes });
					expect((await client.send("/ask", { headers: as(A) })).status).not.toBe(200);
				}
				expect(ran).toBe(false);
			},
		);

		test("of a spec that is none comes when the application is built", () => {
			for (const spec of [undefined, null, "tenant"]) {
				expect(() => awsScope(spec as never)).toThrow(errors.InvalidOptionError);
			}
		});
	});
}
