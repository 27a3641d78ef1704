/** HTTP pipelining: requests that are written to one connection at once, before any of them is answered. */

import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { barrier } from "../helpers/barrier.js";
import { as, type Suite, tenantOf } from "./conformance.js";
import { type AnsweringRoute, ask, type Find, type Handle, json, listen, type Sent, written } from "./servers.js";

export function pipelining({ name, serve, all, A, B, byHeader }: Suite): void {
	const tenants = [A, B, A, B];
	const found = async (...[call]: Parameters<Find>) => turn().then(() => byHeader(call));

	describe(`requests written at once to one connection of ${name}`, () => {
		test.each<[string, Pick<AnsweringRoute, "body">, (tenant: string) => Sent, Find]>([
			["without a body", {}, (tenant) => ({ headers: as(tenant) }), byHeader],
			["with a body each", { body: "json" }, (tenant) => json(as(tenant), { tenant }), byHeader],
			["whose tenants are looked up", { body: "json" }, (tenant) => json(as(tenant), { tenant }), found],
		])("%s are each their own tenant's", async (_, { body }, sent, find) => {
			const meet = barrier(tenants.length);
			const handle: Handle = async (call) => {
				await meet();
				if (body === "json") expect(call.body).toEqual({ tenant: tenantOf(call) });
				return ask(tenantOf(call));
			};
			const server = await serve({ scopes: [find], routes: [{ path: "/ask", handle, ...(body && { body }) }] });
			await using client = await listen(server);
			const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
			const requests = tenants.map(sent).map(({ headers = {}, body }, index) => {
				return written("/ask", headers, index === tenants.length - 1, body as string | undefined);
			});
			socket.write(requests.join(""));
			// An account stands where the head of an answer has ended.
			expect((await text(socket)).match(/(?<=\n)\d{12}(?=\r|HTTP|$)/g)).toEqual(tenants);
			expect(client.connections()).toBe(1);
			expect(all().wrong()).toEqual([]);
		});
	});
}
