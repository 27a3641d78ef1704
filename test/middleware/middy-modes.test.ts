/** Streaming responses and other execution modes: the scope lasts as long as the response does. */

import { Readable, Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import middy6 from "@middy/core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { awsScope, awsScopeExecution, type MiddyRequest, openAwsScope } from "../../middleware/middy.js";
import { clients, tryCurrentAwsScope, withAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { ask, type Chain, type Handler, type Tenanted } from "./middy-chains.js";
import { executionModeStandard, executionModeStreamifyResponse, middy7 } from "./middy7.js";

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterEach(() => {
	vi.unstubAllGlobals();
});
afterAll(() => all[Symbol.asyncDispose]());

const MARK = Symbol.for("aws.lambda.runtime.handler.streaming");

/** Lambda's global for streaming handlers, which only marks the handler. */
const streamifyResponse = (fn: object) => Object.assign(fn, { [MARK]: "response" });

class Collected extends Writable {
	text = "";
	override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
		this.text += chunk.toString();
		done();
	}
}

type Streaming = ((event: Tenanted, stream: Writable, context: object) => Promise<void>) & Pick<Chain, "use">;

const streaming: [string, (fn: Handler) => unknown][] = [
	["middy 6", (fn) => openAwsScope(middy6(fn as never, { streamifyResponse: true }))],
	["middy 7", (fn) => openAwsScope(middy7(fn as never, { executionMode: executionModeStreamifyResponse }))],
	[
		"middy 7 with an execution mode",
		(fn) => middy7(fn as never, { executionMode: awsScopeExecution(executionModeStreamifyResponse) }),
	],
];

const byEvent = () => awsScope(({ event }: MiddyRequest<Tenanted>) => all.accounts(event.tenant));

test.each(streaming)("%s streams what the tenant's account answers, of two tenants at once", async (_, make) => {
	vi.stubGlobal("awslambda", { streamifyResponse });
	const meet = barrier(2);
	const parts = async function* (tenant: string) {
		yield `${await ask(tenant)},`;
		await meet();
		yield String(await ask(tenant));
	};
	const handler = (make(({ tenant }) => Readable.from(parts(tenant))) as Streaming).use(byEvent()) as Streaming;
	expect((handler as unknown as Record<symbol, unknown>)[MARK]).toBe("response");
	const answers = await Promise.all(
		all.tenants.map(async (tenant) => {
			const stream = new Collected();
			await handler({ tenant }, stream, {});
			return stream.text;
		}),
	);
	expect(answers).toEqual(all.tenants.map((tenant) => `${tenant},${tenant}`));
	expect(all.wrong()).toEqual([]);
	expect(tryCurrentAwsScope()).toBeUndefined();
});

test("a streaming handler without a scope fails by name", async () => {
	vi.stubGlobal("awslambda", { streamifyResponse });
	const handler = middy7((() => "never") as never, { executionMode: executionModeStreamifyResponse }).use(byEvent());
	const stream = new Collected();
	const sent = () => (handler as unknown as Streaming)({ tenant: all.tenants[0] as string }, stream, {});
	expect((await failure(sent)).code).toBe("SCOPE_NOT_OPEN");
	expect(stream.text).toBe("");
});

test("an execution mode that is a scope's takes what every client in it has in common", async () => {
	const [tenant] = all.tenants as [string];
	const executionMode = awsScopeExecution(executionModeStandard, {
		accounts: all.accounts,
		region: "eu-central-1",
		clientDefaults: { maxAttempts: 7 },
	});
	const handler = middy7({ executionMode })
		.use(awsScope({ account: tenant }))
		.handler((async () => {
			const { config } = clients.dynamodb();
			return [await config.region(), await config.maxAttempts()];
		}) as never) as unknown as Chain;
	expect(await handler({ tenant })).toEqual(["eu-central-1", 7]);
});

/** A mode of one's own, that runs the handler a turn after it was called, as modes that load state first do. */
const lateMode: typeof executionModeStandard = ((...parts: never[]) => {
	const inner = (executionModeStandard as (...parts: never[]) => Chain)(...parts);
	const late = (event: Tenanted, context: object) => turn().then(() => inner(event, context));
	const handler = (fn: Handler) => {
		inner.handler(fn);
		return late;
	};
	return Object.assign(late, { handler });
}) as never;

test.each<[string, (fn: Handler) => unknown]>([
	["openAwsScope()", (fn) => openAwsScope(middy7(fn as never, { executionMode: lateMode })).use(byEvent())],
	["awsScopeExecution()", (fn) => middy7(fn as never, { executionMode: awsScopeExecution(lateMode) }).use(byEvent())],
	[
		"withAwsScope()",
		(fn) =>
			withAwsScope(middy7(fn as never, { executionMode: lateMode }) as unknown as Chain, (event) =>
				all.accounts(event.tenant),
			),
	],
])("an execution mode of one's own runs in the scope that %s opened", async (_, build) => {
	const handler = build(({ tenant }) => ask(tenant)) as Chain;
	const [A, B] = all.tenants as [string, string];
	expect(await Promise.all([handler({ tenant: A }), handler({ tenant: B })])).toEqual([A, B]);
});

test("what openAwsScope() gives declares no parameters, so that Lambda takes none for a callback", () => {
	expect(openAwsScope(middy6()).length).toBe(0);
	expect(openAwsScope(middy7()).length).toBe(0);
});
