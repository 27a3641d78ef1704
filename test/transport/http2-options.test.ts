/** Handler options for a service that speaks HTTP/2 are options of its own handler: it goes on speaking HTTP/2. */

import { STS } from "@aws-sdk/client-sts";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { client, session, stats } from "../../src/index.js";

afterEach(() => resetAwsScope());

/** As the SDK's classes for such services do it: options make a handler of their own kind. */
class Http2Service extends STS {
	constructor(config: ConstructorParameters<typeof STS>[0] = {}) {
		super({ ...config, requestHandler: NodeHttp2Handler.create((config.requestHandler ?? {}) as object) });
	}
}
const mine = () => ({
	region: "eu-west-1",
	session: session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } }),
});
const handlerOf = (made: STS) => made.config.requestHandler as NodeHttp2Handler;

test("options make an HTTP/2 handler with these options, for the client that asked", async () => {
	const made = client(Http2Service, { ...mine(), requestHandler: { requestTimeout: 4_321 } as object });
	expect(handlerOf(made)).toBeInstanceOf(NodeHttp2Handler);
	expect(handlerOf(made).metadata.handlerProtocol).toBe("h2");
	// The handler reads its options when it is first used.
	await handlerOf(made)
		.handle({
			protocol: "http:",
			hostname: "127.0.0.1",
			port: 0,
			method: "GET",
			path: "/",
			headers: {},
			query: {},
		} as never)
		.catch(() => undefined);
	expect(handlerOf(made).httpHandlerConfigs()).toMatchObject({ requestTimeout: 4_321 });
	made.destroy();
});

test("equal options are the same client, and none the shared handler", () => {
	const requestHandler = { requestTimeout: 4_321 } as object;
	const made = client(Http2Service, { ...mine(), requestHandler });
	expect(client(Http2Service, { ...mine(), requestHandler: { ...requestHandler } })).toBe(made);
	const plain = client(Http2Service, mine());
	expect(handlerOf(plain).metadata.handlerProtocol).toBe("h2");
	expect(handlerOf(plain)).not.toBe(handlerOf(made));
	expect(stats().clientsBuilt).toBe(2);
});

test("a handler that was made by the user is used as it is, also another kind", () => {
	class Ordinary extends STS {}
	const own = new NodeHttpHandler();
	expect(client(Ordinary, { ...mine(), requestHandler: own }).config.requestHandler).toBe(own);
	const options = client(Ordinary, { ...mine(), requestHandler: { requestTimeout: 1_234 } });
	expect(options.config.requestHandler.metadata?.handlerProtocol).toBe("http/1.1");
	own.destroy();
});
