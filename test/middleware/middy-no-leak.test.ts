/** Nothing leaks out of a middy handler: after every kind of end its caller is in the scope that it was in before. */

import { once } from "node:events";
import { PassThrough, Readable, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import middy6 from "@middy/core";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { awsScope, awsScopeExecution, openAwsScope } from "../../middleware/middy.js";
import { withAwsScope } from "../../src/index.js";
import { A, accounts, callers, type Lookout, lookout } from "./lookout.js";
import { type AnyRequest, bare, type Chain, opened, type Plugin } from "./middy-chains.js";
import { executionModeStreamifyResponse, middy7 } from "./middy7.js";

afterAll(() => resetAwsScope());

const spec = { account: A, accounts };
const boom = (): never => {
	throw new Error("boom");
};
const late = () => turn().then(boom);

/** Every way to a scope around a chain, and what binds it in the chain, if it is not bound there yet. */
const forms: [string, (handler: () => unknown, plugin: Plugin) => Chain, object[]][] = [
	...opened.map(([name, make]): (typeof forms)[number] => [name, make, [awsScope(spec)]]),
	...bare.map(([name, make]): (typeof forms)[number] => [
		`withAwsScope(${name})`,
		(handler, plugin) => withAwsScope(make(handler, plugin), () => spec),
		[],
	]),
];

/** What becomes of an invocation; the handler gives "result" unless it says something else. */
interface End {
	readonly gives: "result" | "early" | "handled" | "boom";
	readonly handler?: (enter: Lookout["enter"]) => unknown;
	readonly chain?: (chain: Chain, enter: Lookout["enter"]) => Chain;
	readonly plugin?: Plugin;
	readonly milliseconds?: number;
}
const never = (enter: Lookout["enter"]) => enter(new Promise(() => {}));
/** Runs out of time at once. */
const timeout = (timeoutEarlyResponse: () => unknown, handler = never): End => ({
	gives: timeoutEarlyResponse === boom ? "boom" : "early",
	handler,
	plugin: { timeoutEarlyInMillis: 5, timeoutEarlyResponse },
	milliseconds: 5,
});

const ends: Record<string, End> = {
	"a result": { gives: "result", handler: async (enter) => turn().then(() => enter("result")) },
	"a result that is there at once": { gives: "result", handler: (enter) => enter("result") },
	"an early response": { gives: "early", chain: (chain, enter) => chain.before(() => enter("early")) },
	"an early response that comes later": {
		gives: "early",
		chain: (chain, enter) => chain.before(async () => turn().then(() => enter("early"))),
	},
	"an early response of the after stack": {
		gives: "early",
		chain: (chain) =>
			chain.after((request: AnyRequest) => {
				request.earlyResponse = "early";
			}),
	},
	"an error in before": { gives: "boom", chain: (chain, enter) => chain.before(() => enter(late)()) },
	"a throw of the handler": { gives: "boom", handler: (enter) => enter(boom)() },
	"a rejection of the handler": { gives: "boom", handler: (enter) => enter(late)() },
	"an error in after": { gives: "boom", chain: (chain) => chain.after(late) },
	"an error in onError": { gives: "boom", handler: (enter) => enter(late)(), chain: (chain) => chain.onError(late) },
	"an error that is answered": {
		gives: "handled",
		handler: (enter) => enter(late)(),
		chain: (chain) => chain.onError(async () => turn().then(() => "handled")),
	},
	"an error in the plug-in's first hook": { gives: "boom", plugin: { requestStart: boom } },
	"an error in the plug-in's last hook": { gives: "boom", plugin: { requestEnd: boom } },
	"timeoutEarly with a response": timeout(() => "early"),
	"timeoutEarly with an error": timeout(boom),
};

describe.each(forms)("%s", (_form, make, binding) => {
	describe.each(callers)("called %s", (_where, call) => {
		test.each(Object.entries(ends))("leaves its caller there after %s", async (_end, end) => {
			const { gives, handler = (enter) => enter("result"), chain = (same) => same, plugin = {}, milliseconds } = end;
			const seen = lookout();
			const invoke = chain(
				make(() => handler(seen.enter), plugin)
					.use([...binding, { before: () => {} }])
					.use({ after: () => void seen.enter("after") }),
				seen.enter,
			);
			await call(async () => {
				const look = seen.from("the caller");
				const context = milliseconds === undefined ? {} : { getRemainingTimeInMillis: () => milliseconds };
				const answer = invoke({ tenant: A }, context).catch(({ message }: Error) => message);
				look("at once");
				expect(await answer).toBe(gives);
				look("when answered");
				await turn();
				look("later");
			});
			expect(seen.leaks).toEqual([]);
			expect([...seen.inside]).toEqual("requestStart" in plugin ? [] : [A]);
		});
	});
});

type Streaming = ((event: object, stream: Writable, context: object) => Promise<void>) & Pick<Chain, "use">;
const streaming: [string, (handler: () => unknown) => unknown, object[]][] = [
	["middy 6", (handler) => openAwsScope(middy6(handler, { streamifyResponse: true })), [awsScope(spec)]],
	[
		"middy 7",
		(handler) => openAwsScope(middy7(handler as never, { executionMode: executionModeStreamifyResponse })),
		[awsScope(spec)],
	],
	[
		"middy 7 with an execution mode",
		(handler) => middy7(handler as never, { executionMode: awsScopeExecution(executionModeStreamifyResponse) }),
		[awsScope(spec)],
	],
	["withAwsScope(middy 6)", (handler) => withAwsScope(middy6(handler, { streamifyResponse: true }), spec), []],
];

beforeEach(() => {
	vi.stubGlobal("awslambda", { streamifyResponse: (fn: object) => fn });
});
afterEach(() => {
	vi.unstubAllGlobals();
});

async function* pieces(enter: Lookout["enter"], end: () => void = () => {}) {
	for (let index = 0; index < 3; index += 1) {
		yield enter("x".repeat(20_000));
		await turn();
	}
	end();
}
/** Whether it ends well, the body, and what its reader does. */
const streams: Record<string, [well: boolean, (enter: Lookout["enter"]) => unknown, (out: PassThrough) => unknown]> = {
	"a body in pieces": [true, (enter) => Readable.from(pieces(enter)), (out) => text(out)],
	"a body that is a text": [true, (enter) => enter("a text"), (out) => text(out)],
	"a body that fails halfway": [false, (enter) => Readable.from(pieces(enter, boom)), (out) => text(out)],
	"a body that nobody wants": [
		false,
		(enter) => Readable.from(pieces(enter)),
		(out) => once(out, "data").then(() => out.destroy()),
	],
	"a handler that fails": [false, (enter) => enter(late)(), (out) => out.destroy()],
	"a handler that gives no body": [false, (enter) => enter({ no: "body" }), (out) => out.destroy()],
};

describe.each(streaming)("%s, streaming", (_form, make, binding) => {
	describe.each(callers)("called %s", (_where, call) => {
		test.each(Object.entries(streams))("leaves its caller there after %s", async (_end, [well, body, read]) => {
			const seen = lookout();
			const handler = (make(() => body(seen.enter)) as Streaming).use([...binding, { before: () => {} }]) as unknown;
			await call(async () => {
				const look = seen.from("the caller");
				const out = new PassThrough();
				const ended = (handler as Streaming)({ tenant: A }, out, {}).then(
					() => true,
					() => false,
				);
				look("at once");
				const reading = Promise.resolve(read(out)).catch(() => {});
				await Promise.race([reading, ended]);
				look("when read");
				expect(await ended).toBe(well);
				look("when ended");
			});
			expect(seen.leaks).toEqual([]);
			expect([...seen.inside]).toEqual([A]);
		});
	});
});
