/** An HTTP/2 connection that was idle for longer than 20 s is not taken up; one that is in use stays. */

import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { STS } from "@aws-sdk/client-sts";
import { NodeHttp2Handler } from "@smithy/node-http-handler";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { systemClock, useClock } from "../../src/home/clock.js";
import { client, session, stats } from "../../src/index.js";
import { eventually, gate } from "../helpers/barrier.js";

/** As the SDK's classes for such services do it: their own handler unless another is given. */
class Http2Service extends STS {
	constructor(config: ConstructorParameters<typeof STS>[0] = {}) {
		super({ requestHandler: new NodeHttp2Handler(), ...config });
	}
}
const ANSWER =
	'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

let server: Http2Server;
let connections: number;
let before: () => Promise<void>;
let now: number;
let restore: () => void;
beforeEach(async () => {
	[connections, now, before] = [0, 0, async () => undefined];
	restore = useClock({ ...systemClock, wall: () => now, monotonic: () => now });
	server = createServer();
	server.on("session", () => {
		connections += 1;
	});
	server.on("stream", async (stream) => {
		await before();
		stream.respond({ ":status": 200, "content-type": "text/xml" });
		stream.end(ANSWER);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
	await resetAwsScope();
	restore();
	await new Promise((resolve) => server.close(resolve));
});

const ask = () =>
	client(Http2Service, {
		maxAttempts: 1,
		region: "eu-west-1",
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		session: session({ credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" } }),
	}).getCallerIdentity({});

/** Lets time pass once the streams have closed. */
async function rest(milliseconds: number): Promise<void> {
	await eventually(() => expect(stats().busySockets).toBe(0));
	now += milliseconds;
}

test("after 20 s of rest the next request opens another", async () => {
	await ask();
	await rest(20_000);
	await ask();
	expect(connections).toBe(1);
	await rest(20_001);
	await Promise.all([ask(), ask()]);
	expect(connections).toBe(2);
});

test("a request that has been under way for longer is not cut", async () => {
	const held = gate();
	before = () => held.opened;
	const slow = ask();
	await eventually(() => expect(stats().busySockets).toBe(1));
	now += 60_000;
	const other = ask();
	held.open();
	expect((await Promise.all([slow, other])).map(({ Account }) => Account)).toEqual(["1", "1"]);
	expect(connections).toBe(1);
});
