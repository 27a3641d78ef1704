/** Who signs for a request, whatever its body, its connection and its end. */

import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type AwsScopeSpec, runInAwsScope } from "../../src/index.js";
import { OWN } from "../helpers/aws.js";
import { barrier, gate } from "../helpers/barrier.js";
import { as, current, type Suite, tenantOf } from "./conformance.js";
import { ask, type Find, json, listen, type Route, slowly, upload } from "./servers.js";

async function* pieces(count: number, piece: (index: number) => Promise<string>): AsyncGenerator<string> {
	for (let index = 0; index < count; index++) yield await piece(index);
}

export function requests({ name, serve, all, A, B, byHeader, signer, start }: Suite): void {
	describe(`a request through ${name}`, () => {
		test.each<[string, Find]>([
			["an account", byHeader],
			["a session", (call) => all().accounts(tenantOf(call))],
			[
				"a thenable that is no native promise",
				(call) => {
					const session = all().accounts(tenantOf(call));
					const then = (resolve: (spec: AwsScopeSpec) => void) => void setImmediate(() => resolve(session));
					// As query builders give.
					return { then } as never;
				},
			],
			["a promise", async (call) => ({ session: all().accounts(tenantOf(call)), region: "eu-west-1" })],
		])("acts as the tenant of whom a spec function gives %s", async (_, find) => {
			await using client = await start({ scopes: [find], routes: [signer] });
			expect(await client.send("/ask", { headers: as(A) })).toEqual({ status: 200, text: A });
			expect(await client.send("/ask", { headers: as(B) })).toEqual({ status: 200, text: B });
		});

		test("acts as the one tenant whom a spec names", async () => {
			await using client = await start({ scopes: [all().accounts(B)], routes: [signer] });
			expect(await client.send("/ask", { headers: as(B) })).toEqual({ status: 200, text: B });
		});

		test("looks its tenant up as the process, and goes on as the tenant", async () => {
			const find: Find = async (call) => {
				await ask(OWN);
				return all().accounts(tenantOf(call));
			};
			await using client = await start({ scopes: [find], routes: [signer] });
			expect(await client.send("/ask", { headers: as(A) })).toEqual({ status: 200, text: A });
			expect(all().seen.map(({ account }) => account)).toEqual([OWN, A]);
		});

		test("keeps its scope through the parser of a JSON body and of an uploaded file", async () => {
			const routes: Route[] = (["json", "upload"] as const).map((body) => ({
				path: `/${body}`,
				body,
				handle: async (call) => `${await ask(tenantOf(call))} ${JSON.stringify(call.body)}`,
			}));
			let begun = gate();
			const find: Find = (call) => {
				begun.open();
				return byHeader(call);
			};
			await using client = await start({ scopes: [find], routes });
			const long = "x".repeat(90_000);
			for (const tenant of [A, B]) {
				for (const sent of [json(as(tenant), { long }), upload(as(tenant), long)]) {
					begun = gate();
					const path = sent.headers?.["content-type"] === "application/json" ? "/json" : "/upload";
					const expected = { status: 200, text: `${tenant} ${JSON.stringify(path === "/json" ? { long } : long)}` };
					expect(await client.send(path, sent)).toEqual(expected);
					expect(await client.send(path, slowly(sent, begun.opened))).toEqual(expected);
				}
			}
		});

		test("keeps its scope while it reads its body and writes its answer piece by piece", async () => {
			const stream: Route = {
				path: "/stream",
				body: "stream",
				handle: async (call) => {
					let read = 0;
					for await (const piece of call.stream as AsyncIterable<Uint8Array>) {
						read += piece.length;
						await ask(tenantOf(call));
					}
					return pieces(5, async (index) => {
						const filler = ".".repeat(index * 30_000);
						return `${await ask(tenantOf(call))}${index === 0 ? ` ${read}` : ""} ${filler}`;
					});
				},
			};
			await using client = await start({ scopes: [byHeader], routes: [stream] });
			const send = (tenant: string) =>
				client.send("/stream", {
					headers: { ...as(tenant), "content-type": "application/octet-stream" },
					body: pieces(4, async () => {
						await turn();
						return "x".repeat(40_000);
					}),
				});
			for (const { text } of await Promise.all([send(A), send(A)])) {
				expect(text.replaceAll(".", "").trim().split(/ +/)).toEqual([A, "160000", A, A, A, A]);
			}
			expect((await send(B)).text).toContain(B);
			expect(all().wrong()).toEqual([]);
		});

		test("is not touched by another one that is under way at the same time", async () => {
			const [started, bound] = [barrier(2), barrier(2)];
			const find: Find = async (call) => {
				await started();
				return byHeader(call);
			};
			const meet: Route = {
				path: "/ask",
				handle: async (call) => {
					await bound();
					return ask(tenantOf(call));
				},
			};
			await using client = await start({ scopes: [find], routes: [meet] });
			const answers = await Promise.all([A, B].map((tenant) => client.send("/ask", { headers: as(tenant) })));
			expect(answers.map(({ text }) => text)).toEqual([A, B]);
		});

		test("leaves nothing to the next one on its connection", async () => {
			const bare: Route = { path: "/bare", handle: current };
			const throwing: Route = {
				path: "/throw",
				handle: () => {
					throw new Error("boom");
				},
			};
			const app = { bare: [bare], scopes: [byHeader], routes: [signer, throwing] };
			await using client = await start(app, 1);
			for (const tenant of [A, B, A]) {
				expect((await client.send("/ask", { headers: as(tenant) })).text).toBe(tenant);
				expect((await client.send("/bare")).text).toBe("none");
				expect((await client.send("/throw", { headers: as(tenant) })).status).toBe(500);
				expect((await client.send("/bare", json({}, {}))).text).toBe("none");
			}
			expect(client.connections()).toBe(1);
			expect(current()).toBe("none");
		});

		test("does not take over the scope in which the server was told to listen", async () => {
			const routes: Route[] = [{ path: "/json", body: "json", handle: (call) => ask(tenantOf(call)) }];
			const begun = gate();
			const find: Find = (call) => {
				begun.open();
				return byHeader(call);
			};
			const app = await serve({ scopes: [find], routes });
			await using client = await runInAwsScope(all().accounts(B), () => listen(app));
			expect((await client.send("/json", slowly(json(as(A), {}), begun.opened))).text).toBe(A);
		});

		test("goes on as its tenant when the caller has gone, and after its response", async () => {
			const [arrived, gone, finished] = [gate(), gate(), barrier(3)];
			const late: Record<string, string> = {};
			const hang: Route = {
				path: "/hang",
				handle: async (call) => {
					arrived.open();
					await gone.opened;
					late["aborted"] = await ask(tenantOf(call));
					await finished();
					return "nobody reads this";
				},
			};
			const after: Route = {
				path: "/after",
				handle: (call) => {
					void gone.opened.then(async () => {
						late["answered"] = await ask(tenantOf(call));
						await finished();
					});
					return "sent";
				},
			};
			await using client = await start({ scopes: [byHeader], routes: [hang, after, signer] });
			const aborted = client.open("/hang", { headers: as(A) });
			const closed = new Promise((resolve) => void aborted.once("error", resolve));
			aborted.end();
			await arrived.opened;
			expect((await client.send("/after", { headers: as(B) })).text).toBe("sent");
			aborted.destroy();
			await closed;
			gone.open();
			await finished();
			expect(late).toEqual({ aborted: A, answered: B });
			expect((await client.send("/ask", { headers: as(B) })).text).toBe(B);
		});
	});
}
