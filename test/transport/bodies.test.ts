/** A request's body is lazy work of the request: it is read in the request's scope, over whichever connection it leaves. */

import { Agent } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, type Server } from "node:net";
import { PassThrough, Readable, Transform } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { S3 } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { client, clients, close, configure, runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import { isUnscoped, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { sampled } from "../helpers/scale.js";
import { ask } from "../middleware/servers.js";

const [A, B] = [tenant(0), tenant(1)];
const ROWS = 8;
const ROW = 64 * 1024;

// The twin of each test below reads bodies where the SDK reads them.
const unplugged = vi.hoisted(() => ({ yes: false }));
vi.mock("../../src/transport/context.js", async (load) => {
	const real = await load<typeof import("../../src/transport/context.js")>();
	return { ...real, keepContext: (stream: never) => void (unplugged.yes || real.keepContext(stream)) };
});

let all: TenantAws;
const servers: { close(): unknown }[] = [];
const open = async (server: Server): Promise<number> => {
	await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
	servers.push(server);
	return (server.address() as AddressInfo).port;
};
/** No certificate, so that there is none to expire. */
const ANONYMOUS = { ciphers: "AECDH-AES128-SHA:@SECLEVEL=0", maxVersion: "TLSv1.2" } as const;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let tls: number;
let http2: number;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
	tls = await open(
		createTlsServer(ANONYMOUS, (socket) => {
			const plain = connect(Number(new URL(all.aws.endpoint).port), "127.0.0.1");
			socket
				.on("error", () => {})
				.pipe(plain)
				.on("error", () => {})
				.pipe(socket);
		}),
	);
	const server = createHttp2Server();
	server.on("stream", async (stream) => {
		// Slower than the body is made: most of it waits for room.
		for await (const _ of stream) await turn();
		stream.respond({ ":status": 200, etag: '"1"' });
		stream.end("text".repeat(50_000));
	});
	http2 = await open(server as unknown as Server);
});
afterEach(async () => {
	unplugged.yes = false;
	await close();
});
afterAll(async () => {
	agent.destroy();
	for (const server of servers) server.close();
	await all[Symbol.asyncDispose]();
});

/** As the SDK's classes of services with two-way streams do it. */
class OverHttp2 extends S3 {
	constructor(config: ConstructorParameters<typeof S3>[0] = {}) {
		super({ requestHandler: new NodeHttp2Handler(), ...config });
	}
}
const shared = new NodeHttpHandler({ httpAgent: agent });
const once = { maxSockets: 1 };
/** No stream of the SDK between the body and the request. */
const direct = { requestChecksumCalculation: "WHEN_REQUIRED" } as const;
const transports: Record<string, () => S3> = {
	HTTP: () => clients.s3({ forcePathStyle: true, requestHandler: { httpAgent: once } }),
	"HTTP, piped to the request itself": () =>
		clients.s3({ ...direct, forcePathStyle: true, requestHandler: { httpAgent: once } }),
	HTTPS: () =>
		clients.s3({
			forcePathStyle: true,
			endpoint: `https://127.0.0.1:${tls}`,
			requestHandler: { httpsAgent: { ...once, ...ANONYMOUS, rejectUnauthorized: false } },
		}),
	"HTTP/2": () => client(OverHttp2, { ...direct, forcePathStyle: true, endpoint: `http://127.0.0.1:${http2}` }),
	"the user's agent": () => clients.s3({ forcePathStyle: true, requestHandler: { httpAgent: agent } }),
	"the user's handler": () => clients.s3({ forcePathStyle: true, requestHandler: shared }),
};

/** The first pieces are there at once and wait for the connection; each of the others is asked for in its account. */
const piece = async (row: number): Promise<Buffer> => {
	if (row >= 3) await ask(A);
	return Buffer.alloc(ROW, "r");
};
async function* rows(): AsyncGenerator<Buffer> {
	for (let row = 0; row < ROWS; row += 1) yield row < 3 ? Buffer.alloc(ROW, "r") : piece(row);
}
const asked = (): Transform => {
	let row = 0;
	return new Transform({
		transform(_chunk, _encoding, callback) {
			piece(row++).then((made) => callback(null, made), callback);
		},
	});
};
const plain = (): Readable => Readable.from(Array.from({ length: ROWS }, () => Buffer.alloc(ROW, "r")));
const heard: Promise<unknown>[] = [];
const bodies: Record<string, () => Readable> = {
	"a generator": () => Readable.from(rows()),
	"read()": () => {
		let row = 0;
		return new Readable({
			read() {
				if (row === ROWS) this.push(null);
				else
					piece(row++).then(
						(made) => this.push(made),
						(error) => this.destroy(error as Error),
					);
			},
		});
	},
	"a transform": () => plain().pipe(asked()),
	"a pipe to a stream": () => Readable.from(rows()).pipe(new PassThrough()),
	"a stream that is listened to": () => {
		const body = plain();
		// What else flows is told by these, too.
		for (const event of ["pause", "resume", "end"]) body.on(event, () => void heard.push(ask(A)));
		return body;
	},
	"a web stream": () => Readable.fromWeb(ReadableStream.from(rows()) as never),
};
const puts: Record<string, (files: S3, body: Readable) => Promise<unknown>> = {
	"putObject()": (files, Body) => files.putObject({ Bucket: "bucket", Key: "key", Body, ContentLength: ROWS * ROW }),
	Upload: (files, Body) =>
		new Upload({ client: files, params: { Bucket: "bucket", Key: "key", Body }, partSize: 5 * 2 ** 20 }).done(),
};

const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);
/** Whose scope opened the connection that the body leaves by. */
const openers: Record<string, (use: () => Promise<unknown>) => Promise<unknown>> = {
	"a new connection": async () => undefined,
	"a connection that another tenant opened": (use) => as(B, use),
};

const cases = Object.keys(transports).flatMap((transport, first) =>
	Object.keys(openers).flatMap((opener, second) =>
		Object.keys(bodies)
			.filter((_, third) => sampled(2, first, second, third))
			.map((body) => [transport, opener, body] as const),
	),
);
async function send(transport: string, opener: string, body: string, put = "putObject()"): Promise<void> {
	all.seen.length = 0;
	await openers[opener]?.(
		() => transports[transport]?.().putObject({ Bucket: "bucket", Key: "key", Body: "x" }) as never,
	);
	await as(A, () => puts[put]?.(transports[transport]?.() as S3, bodies[body]?.() as Readable));
	await Promise.all(heard.splice(0));
}
const rowsSeen = () => all.seen.filter(({ meant }) => meant !== undefined);

test.each(cases)("over %s, by %s: %s is read in the request's scope", async (transport, opener, body) => {
	await send(transport, opener, body);
	expect(rowsSeen().length).toBeGreaterThan(0);
	expect(all.wrong()).toEqual([]);
});

test.each(Object.keys(bodies))("in an Upload, %s is read in the request's scope", async (body) => {
	await send("HTTP", "a connection that another tenant opened", body, "Upload");
	expect(rowsSeen().length).toBeGreaterThan(0);
	expect(all.wrong()).toEqual([]);
});

test("the twin of these, without the context of the request, reads as the process over every kind of connection", async () => {
	unplugged.yes = true;
	configure({ requireScope: false });
	const wrong = new Set<string>();
	for (const transport of ["HTTP", "HTTPS", "HTTP/2"]) {
		await send(transport, "a new connection", "a generator");
		if (all.wrong().some(isUnscoped)) wrong.add(transport);
	}
	expect([...wrong]).toEqual(["HTTP", "HTTPS", "HTTP/2"]);
});

test("the listeners of an answer over HTTP/2 run in the scope that asked", async () => {
	const heard = new Set<unknown>();
	for (const region of ["eu-west-1", "eu-west-2"]) {
		await runInAwsScope({ account: A, accounts: all.accounts, region }, async () => {
			const { Body } = await (transports["HTTP/2"] as () => S3)().getObject({ Bucket: "bucket", Key: "key" });
			const body = Body as Readable;
			await new Promise((resolve) => {
				body.on("data", () => heard.add(`${region} ${tryCurrentAwsScope()?.region}`)).on("end", resolve);
			});
		});
	}
	expect(heard).toEqual(new Set(["eu-west-1 eu-west-1", "eu-west-2 eu-west-2"]));
});
