/** awsScope() for Koa, over its own server. */

import { connect, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import Koa from "koa";
import { expect, test } from "vitest";
import { awsScope } from "../../middleware/koa.js";
import { runInAwsScope } from "../../src/index.js";
import { startTenants } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { conformance } from "./conformance.js";
import { serveKoa } from "./koa-server.js";
import { ask } from "./servers.js";

conformance({ name: "Koa", serve: serveKoa, awsScope });

test("a scope around a server of HTTP/2 is not a request's, and one that is opened for a stream is", async () => {
	await using all = await startTenants({ tenants: 2 });
	const found = (context: Koa.Context) => ({ account: context.get("x-tenant"), accounts: all.accounts });
	const own = new Koa().use(awsScope(found)).use(async (context) => {
		context.body = await ask(context.get("x-tenant"));
	});
	const later = new Koa()
		.use((_context, next) => runInAwsScope({ bindLater: true }, next))
		.use(async (context, next) => {
			const early = context.get("x-tenant");
			context.state["early"] = gate();
			context.body = context.state["early"].opened.then(() => ask(early));
			await next();
		})
		.use(awsScope(found))
		.use(async (context) => {
			context.state["early"].open();
			context.body = await context.body;
		});
	for (const app of [own, later]) {
		const server = createServer(app.callback());
		await runInAwsScope({ bindLater: true }, () => new Promise<void>((resolve) => void server.listen(0, resolve)));
		const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
		const answers = all.tenants.map((account) => text(session.request({ ":path": "/", "x-tenant": account })));
		expect(await Promise.all(answers)).toEqual(all.tenants);
		session.close();
		await new Promise((resolve) => void server.close(resolve));
	}
	expect(all.wrong()).toEqual([]);
});
