/** awsScope() for Express, over its own server. */

import { AsyncResource } from "node:async_hooks";
import { createServer } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import express, { type Request, type Response } from "express";
import { expect, test } from "vitest";
import { awsScope } from "../../middleware/express.js";
import { type AwsScopeSpec, assumeRole, tryCurrentAwsScope } from "../../src/index.js";
import { gate } from "../helpers/barrier.js";
import { conformance } from "./conformance.js";
import { serveExpress } from "./express-server.js";
import { listen, uncaught } from "./servers.js";

conformance({ name: "Express", serve: serveExpress, awsScope });

const tenant = assumeRole({ account: "111111111111", role: "Tenant" });

test.each<[string, AwsScopeSpec | (() => Promise<AwsScopeSpec>)]>([
	["named", tenant],
	["found after a while", async () => tenant],
])("next is called once for a tenant who was %s, also when what comes after throws", async (_, spec) => {
	const calls: unknown[][] = [];
	const later = new Error("later");
	const next = (...args: unknown[]) => {
		calls.push([tryCurrentAwsScope()?.account, ...args]);
		throw later;
	};
	const thrown: unknown[] = [];
	const loose = await uncaught(async () => {
		try {
			awsScope(spec)({} as never, {}, next);
		} catch (error) {
			thrown.push(error);
		}
		await turn();
	});
	expect([...thrown, ...loose]).toEqual([later]);
	expect(calls).toEqual([["111111111111"]]);
	expect(tryCurrentAwsScope()).toBeUndefined();
});

test("an error of the spec function is given to next, outside every scope", async () => {
	const calls: unknown[][] = [];
	const next = (...args: unknown[]) => void calls.push([tryCurrentAwsScope(), ...args]);
	const boom = new Error("boom");
	awsScope(() => Promise.reject(boom))({} as never, {}, next);
	awsScope(() => {
		throw boom;
	})({} as never, {}, next);
	await turn();
	expect(calls).toEqual([
		[undefined, boom],
		[undefined, boom],
	]);
});

test("the scope of a router goes on when the router leaves the answer to the application", async () => {
	const current = (_request: Request, response: Response) => void response.send(tryCurrentAwsScope()?.account);
	const other = assumeRole({ account: "222222222222", role: "Tenant" });
	const app = express().use(awsScope(tenant));
	app.use("/inner", express.Router().use(awsScope(other)).get("/", current));
	app.use(current);
	await using client = await listen(createServer(app));
	expect((await client.send("/inner")).text).toBe("222222222222");
	expect((await client.send("/inner/elsewhere")).text).toBe("222222222222");
	expect((await client.send("/elsewhere")).text).toBe("111111111111");
});

test("a listener of the response runs in the scope, also when the caller has gone", async () => {
	const closed = gate();
	let seen: string | undefined;
	const app = express().use(awsScope(tenant));
	app.use((_request, response) => {
		const note = () => {
			seen = tryCurrentAwsScope()?.account;
			closed.open();
		};
		response.on("close", note);
		response.write("some");
	});
	await using client = await listen(createServer(app));
	const request = client.open("/");
	request.on("error", () => {}).on("response", (response) => response.on("error", () => {}).destroy());
	request.end();
	await closed.opened;
	expect(seen).toBe("111111111111");
});

test("a middleware whose queue calls next for all goes on in the request's scope if next is bound", async () => {
	const waiting: (() => void)[] = [];
	const app = express();
	app.use(awsScope((request) => assumeRole({ account: String(request.get("x-tenant")), role: "Tenant" })));
	app.use((_request, _response, next) => {
		waiting.push(AsyncResource.bind(next as () => void));
		// Whoever comes last lets everybody go on.
		if (waiting.length === 2) for (const go of waiting) go();
	});
	app.use((_request, response) => void response.send(tryCurrentAwsScope()?.account));
	await using client = await listen(createServer(app));
	const tenants = ["111111111111", "222222222222"];
	const answers = tenants.map((account) => client.send("/", { headers: { "x-tenant": account } }));
	expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(tenants);
});
