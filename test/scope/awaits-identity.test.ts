/** A middleware can ask whether the scope around it waits for an identity. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	awaitsIdentity,
	bindAwsScope,
	configure,
	defaultSession,
	runInAwsScope,
	session,
	stats,
	withAwsScope,
} from "../../src/index.js";
import { gate } from "../helpers/barrier.js";

afterEach(() => resetAwsScope());

const tenant = () => session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });

test("a scope waits for its identity until it is bound, also for work that was started before", async () => {
	await runInAwsScope({ bindLater: true }, async () => {
		const told: boolean[] = [];
		let bound = (): void => undefined;
		const early = new Promise<void>((resolve) => {
			bound = resolve;
		}).then(() => told.push(awaitsIdentity()));
		told.push(awaitsIdentity());
		await Promise.resolve();
		told.push(awaitsIdentity());
		bindAwsScope(tenant());
		told.push(awaitsIdentity());
		bound();
		await early;
		expect(told).toEqual([true, true, false, false]);
	});
	expect(await withAwsScope(async () => awaitsIdentity(), { bindLater: true })()).toBe(true);
});

test("a scope inside one that waits waits only if it says so itself", () => {
	runInAwsScope({ bindLater: true }, () => {
		expect(runInAwsScope(tenant(), awaitsIdentity)).toBe(false);
		expect(runInAwsScope({ bindLater: true }, awaitsIdentity)).toBe(true);
	});
	expect(runInAwsScope(tenant(), () => runInAwsScope({ bindLater: true }, awaitsIdentity))).toBe(true);
});

test("no other scope waits for an identity", () => {
	expect(runInAwsScope(defaultSession(), awaitsIdentity)).toBe(false);
	expect(runInAwsScope({ region: "eu-west-1" }, awaitsIdentity)).toBe(false);
	expect(runInAwsScope(tenant(), () => runInAwsScope({}, awaitsIdentity))).toBe(false);
});

test("outside every scope the answer is no and never an error, whatever the process does", () => {
	expect(awaitsIdentity()).toBe(false);
	runInAwsScope(tenant(), () => undefined);
	configure({ requireScope: true });
	expect(awaitsIdentity()).toBe(false);
	expect(stats().refusals).toBe(0);
});

test("of a request it is told whether the scope was opened for it: after its connection, or without one", async () => {
	const asked = gate();
	const seen: unknown[] = [];
	const server = createServer(async (request, response) => {
		seen.push(awaitsIdentity(), awaitsIdentity(request));
		seen.push(runInAwsScope({ bindLater: true }, () => awaitsIdentity(request)));
		if (request.url === "/gone") {
			request.socket.destroy();
			// The connection says nothing any more, so no scope is given to the request.
			seen.push(runInAwsScope({ bindLater: true }, () => awaitsIdentity(request)));
			asked.open();
		} else response.end();
	});
	await runInAwsScope({ bindLater: true }, () => new Promise<void>((resolve) => void server.listen(0, resolve)));
	const { port } = server.address() as AddressInfo;
	await fetch(`http://127.0.0.1:${port}/`);
	await Promise.all([asked.opened, expect(fetch(`http://127.0.0.1:${port}/gone`)).rejects.toThrow()]);
	server.close();
	expect(seen).toEqual([true, false, true, true, false, true, false]);

	runInAwsScope({ bindLater: true }, () => {
		// As adapters for Lambda make them.
		for (const request of [undefined, {}, { socket: {} }, { socket: { destroy() {} } }]) {
			expect(awaitsIdentity(request)).toBe(true);
		}
	});
});
