/**
 * Runs in a folder that has every SDK client package and the built `aws-scope`. For each service name on stdin, it builds
 * the client through its accessor, compares it with the real package, and sends one request to a local server, which tells
 * with which access key the request was signed. Prints one line of JSON per service.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
	createServer as createHttp2Server,
	type Http2Server,
	type Http2ServerRequest,
	type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Outcome } from "./outcome.js";

type Constructor = new (...args: unknown[]) => object;
interface AnyClient {
	readonly config: {
		readonly requestHandler: { readonly metadata?: { readonly handlerProtocol?: string } };
		region(): Promise<string>;
	};
	send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}
interface AwsScope {
	session(options: object): object;
	runInAwsScope<Value>(scope: object, run: () => Value): Value;
	readonly clients: Readonly<Record<string, (args: object) => AnyClient>>;
}

const ACCESS_KEY_ID = "AKIASCOPEDSCOPEDSCOP";
const REGION = "eu-central-1";
/** How many operations are tried. Most packages have one that takes an empty input. */
const TRIES = 20;

type Seen = Omit<Outcome, "accessor" | "packageName">;

const load = (specifier: string): Promise<unknown> => import(specifier);
const { session, runInAwsScope, clients } = (await load("aws-scope")) as AwsScope;

/** Who signed the last request, from its header or its query. */
const signers: string[] = [];
const http1 = createServer(answer);
const http2 = createHttp2Server(answer);

function answer(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
	signers.push(signerOf(request));
	request.resume();
	response.writeHead(400, { "content-type": "application/json", "x-amzn-errortype": "ValidationException" });
	response.end(JSON.stringify({ __type: "ValidationException", message: "Not here." }));
}

async function listening(server: Server | Http2Server): Promise<string> {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const [http1Endpoint, http2Endpoint] = [await listening(http1), await listening(http2)];

const tenant = session({ credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: "secret" } });

for (const line of (await text(process.stdin)).split("\n").filter((line) => line !== "")) {
	const [accessor = "", packageName = "", className = ""] = line.split(" ");
	const outcome = await check(accessor, packageName, className).catch((error: Error) => ({
		problem: `${error.name}: ${error.message}`,
	}));
	process.stdout.write(`${JSON.stringify({ accessor, packageName, ...outcome })}\n`);
}
// Clients of HTTP/2 services keep their connections.
process.exit();

async function check(accessor: string, packageName: string, className: string): Promise<Seen> {
	const sdk = (await load(packageName).catch(() => undefined)) as Record<string, Constructor> | undefined;
	if (sdk === undefined) return { problem: "the package cannot be imported" };
	const Class = sdk[className];
	if (Class === undefined) return { problem: `the package exports no ${className}` };
	const get = (args: object): AnyClient | undefined =>
		inScope(() => clients[accessor]?.({ maxAttempts: 1, disableHostPrefix: true, ...args }));
	const isHttp2 = get({})?.config.requestHandler.metadata?.handlerProtocol === "h2";
	const endpoint = isHttp2 ? http2Endpoint : http1Endpoint;
	const client = get({ endpoint });
	if (client === undefined) return { problem: "there is no such accessor" };
	if (!(client instanceof Class)) return { problem: `the accessor returns no ${className}` };
	const Plain = sdk[`${className}Client`] ?? Object.getPrototypeOf(Class);
	if (!(client instanceof Plain)) return { problem: `the accessor returns no ${className}Client` };
	if (get({ endpoint }) !== client) {
		return { problem: "the second call returns another client" };
	}
	const region = await client.config.region();
	if (region !== REGION) return { problem: `the region is ${region}` };
	return requested(client, sdk);
}

function inScope<Value>(run: () => Value): Value {
	return runInAwsScope({ session: tenant, region: REGION }, run);
}

/** Sends operations until one reaches the server. */
async function requested(client: AnyClient, sdk: Readonly<Record<string, Constructor>>): Promise<Seen> {
	const commands = Object.keys(sdk).filter((name) => name.endsWith("Command") && name !== "$Command");
	const simple = (name: string): number => (/^(List|Describe|Get)/.test(name) ? 0 : 1);
	commands.sort((one, other) => simple(one) - simple(other) || one.length - other.length);
	let first: Seen | undefined;
	for (const name of commands.slice(0, TRIES)) {
		signers.length = 0;
		const error = await sendOne(client, sdk[name] as Constructor);
		const [signer] = signers;
		if (signer === ACCESS_KEY_ID) return { signer: "session" };
		if (signer !== undefined) first = { signer, refusal: name };
		first ??= { signer: "not sent", refusal: `${name}: ${error?.message}` };
	}
	return first ?? { signer: "not sent", refusal: "the package has no operation" };
}

/** Sends an input with nothing but what the operation's path needs, which the SDK asks for one by one. */
async function sendOne(client: AnyClient, Command: Constructor): Promise<Error | undefined> {
	const input: Record<string, string> = {};
	for (;;) {
		try {
			await inScope(() => client.send(new Command(input), { abortSignal: AbortSignal.timeout(5000) }));
			return undefined;
		} catch (error) {
			const { message } = error as Error;
			const label = /HTTP label: (\w+)/.exec(message)?.[1];
			if (label === undefined || label in input) return error as Error;
			input[label] = "one";
		}
	}
}

function signerOf({ headers, url = "" }: IncomingMessage | Http2ServerRequest): string {
	const given = headers.authorization ?? new URL(url, "http://localhost").searchParams.get("X-Amz-Credential") ?? "";
	return (
		/(?:Credential=|^)([A-Z0-9]{16,})\//.exec(given)?.[1] ?? (given === "" ? "unsigned" : (given.split(" ")[0] ?? ""))
	);
}
