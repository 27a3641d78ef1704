/** Requests of many tenants to one server, whatever its framework: parsers, streams, nested scopes, callers that pipeline and that go away. */

import type { ServerResponse } from "node:http";
import { runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import type { TenantAws } from "../helpers/aws.js";
import type { Invocation } from "../helpers/interleave.js";
import { ways } from "../middleware/answers.js";
import { type App, ask, type Call, type Client, json, type Route, upload } from "../middleware/servers.js";

const WAYS = Object.keys(ways);
/** Bigger than a response's buffer. */
const FILLER = ".".repeat(70_000);

const unlessOnPurpose = (error: Error): void => {
	if (!error.message.startsWith("on purpose")) throw error;
};

/** The application of a load, and what sends it one invocation; the server finds what drives a request by a header. */
export function serverLoad({ tenants, accounts }: TenantAws): {
	readonly app: App;
	invoke(client: Client, invocation: Invocation): Promise<void>;
} {
	const [shared] = tenants as [string];
	const sharedClient = accounts(shared).clients.dynamodb();
	const running = new Map<string, Invocation>();
	const of = (call: Call): Invocation => running.get(String(call.header("x-index"))) as Invocation;

	/** What every tenant's handler does: shared code, nested scopes, a shared client, work left behind. */
	const work = (call: Call, meant = of(call).tenant): Promise<string> => {
		const working = workFor(call, meant);
		// Nobody reads the answer of a caller that has gone, so what went wrong is told in another way.
		if (call.header("x-gone") !== undefined) of(call).leave(working.catch(unlessOnPurpose));
		return working;
	};
	const workFor = async (call: Call, meant: string): Promise<string> => {
		const { pause, chance, other, leave } = of(call);
		if (tryCurrentAwsScope()?.account !== meant) throw new Error(`The scope of ${meant} is lost.`);
		await pause();
		if (chance(0.1)) {
			const nested = other();
			await runInAwsScope({ account: nested, accounts }, async () => {
				await pause();
				await ask(nested);
			});
		}
		if (chance(0.1)) leave(pause().then(() => ask(meant)));
		if (chance(0.03)) await ask(shared, sharedClient);
		await pause();
		if (chance(0.05)) throw new Error(`on purpose, for ${meant}`);
		return ask(meant);
	};
	const streamed = async (call: Call): Promise<AsyncIterable<string>> => {
		const { tenant, pause } = of(call);
		for await (const _ of call.stream ?? []) await pause();
		return (async function* () {
			yield tenant.slice(0, 6);
			await pause();
			yield (await ask(tenant)).slice(6);
		})();
	};
	/** Calls of Node's, one way or another, that each ask AWS. */
	const answer = (call: Call, response: ServerResponse): void => {
		const own = String(call.header("x-own"));
		const step = async (): Promise<string> => {
			const asked = ask(own);
			of(call).leave(asked);
			return `${await asked.catch(String)}${FILLER}`;
		};
		of(call).leave(Promise.resolve(ways[String(call.header("x-way"))]?.(response, step)));
	};
	const routes: Route[] = [
		{ path: "/raw", raw: answer },
		{ path: "/ask", handle: (call) => work(call) },
		{ path: "/json", body: "json", handle: (call) => work(call, (call.body as { tenant: string }).tenant) },
		{ path: "/upload", body: "upload", handle: (call) => work(call, call.body as string) },
		{ path: "/stream", body: "stream", handle: streamed },
	];
	const inner: Route = { path: "/ask", handle: (call) => work(call, String(call.header("x-inner"))) };
	const app: App = {
		bare: [{ path: "/bare", handle: () => tryCurrentAwsScope()?.account ?? "none" }],
		scopes: [
			{ middleware: (call) => of(call).pause() },
			(call) => {
				const { tenant, chance, pause } = of(call);
				const spec = { account: call.header("x-own") || tenant, accounts };
				return chance(0.5) ? spec : pause().then(() => spec);
			},
			{ middleware: (call) => of(call).pause() },
		],
		mount: { path: "/inner", spec: (call) => ({ account: String(call.header("x-inner")) }), routes: [inner] },
		routes,
		onError: ({ message }) => message,
	};

	const sendOne = async (client: Client, { tenant, index, chance, other, pause, leave }: Invocation) => {
		const headers = { "x-index": String(index) };
		if (chance(0.05)) return ["none", await client.send("/bare")] as const;
		if (chance(0.05)) {
			const aborted = client.open("/ask", { headers: { ...headers, "x-gone": "yes" } });
			leave(new Promise((resolve) => void aborted.once("close", resolve).once("error", resolve)));
			aborted.end();
			await pause();
			aborted.destroy();
			return undefined;
		}
		if (chance(0.03)) {
			const owns = [tenant, other(), other(), tenant];
			const requests = owns.map((own) => {
				const way = WAYS.find(() => chance(0.2)) ?? (WAYS[0] as string);
				return { path: "/raw", headers: { ...headers, "x-own": own, "x-way": way } };
			});
			const answered = await client.pipeline(requests);
			const heads = answered.split("HTTP/1.1 200 ").slice(1);
			const text = heads.map((one) => [...new Set(one.match(/\d{12}(?=\.{9})/g))].join()).join(" ");
			return [owns.join(" "), { status: 200, text }] as const;
		}
		if (chance(0.1)) {
			const inner = other();
			return [inner, await client.send("/inner/ask", { headers: { ...headers, "x-inner": inner } })] as const;
		}
		if (chance(0.3)) return [tenant, await client.send("/json", json(headers, { tenant }))] as const;
		if (chance(0.2)) return [tenant, await client.send("/upload", upload(headers, tenant))] as const;
		if (chance(0.2)) {
			const binary = { ...headers, "content-type": "application/octet-stream" };
			return [tenant, await client.send("/stream", { headers: binary, body: "some bytes" })] as const;
		}
		return [tenant, await client.send("/ask", { headers })] as const;
	};
	return {
		app,
		async invoke(client: Client, invocation: Invocation): Promise<void> {
			running.set(String(invocation.index), invocation);
			// A caller that has gone is not waited for, so its entry stays for a while.
			running.delete(String(invocation.index - 10_000));
			const [meant, answer] = (await sendOne(client, invocation)) ?? [];
			if (answer === undefined) return;
			running.delete(String(invocation.index));
			const expected = answer.status === 200 ? meant : `on purpose, for ${meant}`;
			if (answer.text !== expected) throw new Error(`${meant} was answered: ${answer.text}`);
		},
	};
}
