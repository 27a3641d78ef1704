/** How transports end: bounded in number, waited for by close(), and never those that are the user's own. */

import { execFile } from "node:child_process";
import { Agent } from "node:http";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { STS } from "@aws-sdk/client-sts";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock, useClock } from "../../src/home/clock.js";
import {
	client,
	clients,
	close,
	configure,
	runInAwsScope,
	session,
	stats,
	tryCurrentAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);

let all: TenantAws;
beforeAll(async () => {
	// A body of many pieces: most of them arrive when nobody has just asked for them.
	all = await startTenants({ tenants: 1, handlers: { s3: () => ({ body: "text".repeat(1_000_000) }) } });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => close({ within: 0 }));

const asA = <Result>(fn: () => Result): Result => runInAwsScope({ account: A, accounts: all.accounts }, fn);
const once = { maxAttempts: 1 };
/** Holds every DynamoDB request until it is opened. */
const hold = () => {
	const held = gate();
	return { ...held, fault: all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened }) };
};

describe("the number of transports", () => {
	test("is bounded, and a client whose transport was ended for it works as before", async () => {
		await asA(async () => {
			const first = clients.dynamodb({ requestHandler: { requestTimeout: 10_000 } });
			expect((await first.listTables({})).TableNames).toEqual([A]);
			for (let turn = 1; turn <= 300; turn += 1)
				clients.dynamodb({ requestHandler: { requestTimeout: 10_000 + turn } });
			expect(stats()).toMatchObject({ transports: 64, freeSockets: 0 });
			expect((await first.listTables({})).TableNames).toEqual([A]);
			expect(stats()).toMatchObject({ transports: 64, freeSockets: 1 });
		});
	});

	test("may exceed its bound rather than end one that is at work", async () => {
		const held = hold();
		await asA(async () => {
			const busy = clients.dynamodb({ ...once, requestHandler: { requestTimeout: 9_999 } }).listTables({});
			await eventually(() => expect(stats().busySockets).toBe(1));
			for (let turn = 1; turn <= 100; turn += 1)
				clients.dynamodb({ requestHandler: { requestTimeout: 10_000 + turn } });
			expect(stats().transports).toBe(64);
			held.open();
			expect((await busy).TableNames).toEqual([A]);
		});
		held.fault[Symbol.dispose]();
	});
});

describe("close()", () => {
	test("waits for what is under way, then ends every socket", async () => {
		const held = hold();
		const answer = asA(() => clients.dynamodb(once).listTables({}));
		await eventually(() => expect(stats().busySockets).toBe(1));
		let closed = false;
		const closing = close().then(() => {
			closed = true;
		});
		await eventually(() => expect(all.aws.stats().connections.open).toBeGreaterThan(0));
		expect(closed).toBe(false);
		held.open();
		expect((await answer).TableNames).toEqual([A]);
		await closing;
		await eventually(() => expect(all.aws.stats().connections.open).toBe(0));
		expect(stats()).toMatchObject({ clients: 0, sessions: 0, transports: 0 });
		held.fault[Symbol.dispose]();
	});

	test("cuts off what is still under way at its limit", async () => {
		const held = hold();
		const answer = failure(asA(() => clients.dynamodb(once).listTables({})));
		await eventually(() => expect(stats().busySockets).toBe(1));
		// Time that passes as soon as somebody waits for it.
		let now = 0;
		const restore = useClock({
			...systemClock,
			monotonic: () => now,
			after: (milliseconds, callback) => {
				now += milliseconds;
				setImmediate(callback);
				return () => undefined;
			},
		});
		try {
			await close({ within: 3_000 });
		} finally {
			restore();
		}
		expect(now).toBe(3_000);
		expect((await answer).message).toMatch(/socket hang up|aborted|ECONNRESET/);
		held.open();
		held.fault[Symbol.dispose]();
	});

	test("is no end: a client that is still held works, and its sockets are ended by the next close()", async () => {
		await asA(async () => {
			const mine = clients.dynamodb();
			await mine.listTables({});
			await close();
			expect((await mine.listTables({})).TableNames).toEqual([A]);
			expect(stats()).toMatchObject({ transports: expect.any(Number), freeSockets: expect.any(Number) });
			expect(stats().freeSockets).toBeGreaterThan(0);
		});
		await close();
		await eventually(() => expect(all.aws.stats().connections.open).toBe(0));
	});
});

test("whoever listens to an answer's body does so in the scope that asked, on a new socket and on one used before", async () => {
	await asA(() => clients.s3().putObject({ Bucket: "bucket", Key: "key", Body: "text" }));
	const heard: Set<unknown>[] = [];
	for (const region of ["eu-west-1", "eu-west-2", "eu-west-3"]) {
		await runInAwsScope({ account: A, accounts: all.accounts, region }, async () => {
			const { Body } = await clients.s3({ forcePathStyle: true }).getObject({ Bucket: "bucket", Key: "key" });
			const body = Body as NodeJS.ReadableStream;
			await new Promise((resolve) => {
				const regions = new Set<unknown>();
				heard.push(regions);
				body.on("data", () => regions.add(tryCurrentAwsScope()?.region));
				body.on("end", resolve);
			});
		});
	}
	expect(heard).toEqual([new Set(["eu-west-1"]), new Set(["eu-west-2"]), new Set(["eu-west-3"])]);
	// One for the bucket's requests: it was used again and again.
	expect(stats().freeSockets).toBeLessThanOrEqual(2);
});

describe("what the user made", () => {
	test("a request handler is used as it is and never destroyed", async () => {
		const handler = new NodeHttpHandler();
		let destroyed = 0;
		const { destroy } = handler;
		handler.destroy = () => {
			destroyed += 1;
		};
		configure({ maxClients: 1, idleMs: 1 });
		await asA(async () => {
			const mine = clients.dynamodb({ requestHandler: handler });
			expect(mine.config.requestHandler).toBe(handler);
			expect((await mine.listTables({})).TableNames).toEqual([A]);
			clients.dynamodb("eu-west-1");
			clients.dynamodb("eu-west-2");
			await close();
			expect(destroyed).toBe(0);
			expect((await mine.listTables({})).TableNames).toEqual([A]);
		});
		destroy.call(handler);
	});

	test("an agent is used as it is, seen in stats() and waited for, and never destroyed", async () => {
		const agent = new Agent({ keepAlive: true });
		let destroyed = 0;
		const { destroy } = agent;
		agent.destroy = () => {
			destroyed += 1;
		};
		const held = hold();
		const answer = asA(() => clients.dynamodb({ ...once, requestHandler: { httpAgent: agent } }).listTables({}));
		await eventually(() => expect(Object.keys(agent.sockets)).toHaveLength(1));
		expect(stats().busySockets).toBe(1);
		const closing = close();
		held.open();
		await closing;
		expect((await answer).TableNames).toEqual([A]);
		expect(destroyed).toBe(0);
		expect(Object.keys(agent.freeSockets)).toHaveLength(1);
		destroy.call(agent);
		held.fault[Symbol.dispose]();
	});
});

describe("a service that speaks HTTP/2", () => {
	/** As the SDK's classes for such services do it: their own handler unless another is given. */
	class Http2Service extends STS {
		constructor(config: ConstructorParameters<typeof STS>[0] = {}) {
			super({ requestHandler: new NodeHttp2Handler(), ...config });
		}
	}
	const ANSWER =
		'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

	test("has one shared transport, counted, waited for and ended like the others", async () => {
		const held = gate();
		let connections = 0;
		let open = 0;
		const server = createServer();
		server.on("session", (each) => {
			connections += 1;
			open += 1;
			each.on("close", () => {
				open -= 1;
			});
		});
		server.on("stream", (stream) => {
			void held.opened.then(() => {
				stream.respond({ ":status": 200, "content-type": "text/xml" });
				stream.end(ANSWER);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const ask = (secretAccessKey: string) =>
			client(Http2Service, {
				...once,
				endpoint,
				session: session({ credentials: { accessKeyId: "AKIA", secretAccessKey } }),
			}).getCallerIdentity({});
		const answers = [ask("one"), ask("other")];
		await eventually(() => expect(stats()).toMatchObject({ transports: 1, busySockets: 2 }));
		const closing = close();
		held.open();
		expect((await Promise.all(answers)).map(({ Account }) => Account)).toEqual(["1", "1"]);
		await closing;
		await eventually(() => expect(open).toBe(0));
		expect(connections).toBe(1);
		await new Promise((resolve) => server.close(resolve));
	});
});

test("a process that has used it exits by itself, with sockets kept alive and nothing closed", async () => {
	const root = fileURLToPath(new URL("../..", import.meta.url));
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--import", "./scripts/ts.mjs", "test/transport/exits.ts"],
		{ cwd: root, env: { ...process.env, ...all.aws.env, TENANT: A }, timeout: 25_000 },
	);
	expect(stdout.trim()).toBe(A);
}, 30_000);
