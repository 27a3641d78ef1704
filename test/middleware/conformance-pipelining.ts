/** HTTP pipelining: requests that are written to one connection at once, before any of them is answered. */

import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { barrier } from "../helpers/barrier.js";
import { as, type Suite, tenantOf } from "./conformance.js";
import { ask, type Find, json, listen, type Route, type Sent } from "./servers.js";

export function pipelining({ name, serve, all, A, B, byHeader }: Suite): void {
	const tenants = [A, B, A, B];
	const found = async (...[call]: Parameters<Find>) => turn().then(() => byHeader(call));

	describe(`requests written at once to one connection of ${name}`, () => {
		test.each<[string, Pick<Route, "body">, (tenant: string) => Sent, Find]>([
			["without a body", {}, (tenant) => ({ headers: as(tenant) }), byHeader],
			["with a body each", { body: "json" }, (tenant) => json(as(tenant), { tenant }), byHeader],
			["whose tenants are looked up", { body: "json" }, (tenant) => json(as(tenant), { tenant }), found],
		])("%s are each their own tenant's", async (_, { body }, sent, find) => {
			const meet = barrier(tenants.length);
			const handle: Route["handle"] = async (call) => {
				await meet();
				if (body === "json") expect(call.body).toEqual({ tenant: tenantOf(call) });
				return ask(tenantOf(call));
			};
			const server = await serve({ scopes: [find], routes: [{ path: "/ask", handle, ...(body && { body }) }] });
			await using client = await listen(server);
			const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
			socket.write(tenants.map((tenant, index) => written(sent(tenant), index === tenants.length - 1)).join(""));
			// An account stands where the head of an answer has ended.
			expect((await text(socket)).match(/(?<=\n)\d{12}(?=\r|HTTP|$)/g)).toEqual(tenants);
			expect(client.connections()).toBe(1);
			expect(all().wrong()).toEqual([]);
		});
	});
}

/** A request as it is on the wire. */
function written({ headers = {}, body }: Sent, last: boolean): string {
	const content = String(body ?? "");
	const head = { ...headers, host: "localhost", connection: last ? "close" : "keep-alive" };
	const lines = Object.entries(head).map(([header, value]) => `${header}: ${value}`);
	if (body === undefined) return ["GET /ask HTTP/1.1", ...lines, "", ""].join("\r\n");
	return ["POST /ask HTTP/1.1", ...lines, `content-length: ${content.length}`, "", content].join("\r\n");
}
