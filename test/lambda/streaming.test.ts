/** Handlers that stream their response, under AWS's own runtime client. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { EXTERNAL_ID, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { scale } from "../helpers/scale.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
/** What the server awaits before it answers. */
let meet: () => Promise<void>;
let deployment: Deployment;
let running: RunningFunction | undefined;
beforeAll(async () => {
	deployment = deploy();
	all = await startTenants({ tenants: 3, before: () => meet() });
});
afterAll(async () => {
	await all[Symbol.asyncDispose]();
	deployment[Symbol.dispose]();
});
beforeEach(() => {
	all.seen.splice(0);
	meet = () => Promise.resolve();
});
afterEach(async () => {
	await running?.[Symbol.asyncDispose]();
	expect(all.wrong()).toEqual([]);
});

const run = async (name: string, concurrency?: number): Promise<RunningFunction> => {
	const multi = concurrency === undefined ? {} : { concurrency };
	const handler = name.includes(".") ? name : `streaming.${name}`;
	running = await start({ deployment, aws: all.aws, handler, env: { EXTERNAL_ID }, ...multi });
	return running;
};

test.each([
	["scopeAroundStream", "withAwsScope(streamifyResponse(fn))"],
	["streamAroundScope", "streamifyResponse(withAwsScope(fn))"],
	["scopeFoundLater", "withAwsScope(streamifyResponse(fn)), the spec found later"],
	["streamAroundFoundLater", "streamifyResponse(withAwsScope(fn)), the spec found later"],
])("%s: the body is written in the scope with %s", async (handler) => {
	const { invoke } = await run(handler);
	for (const [index, account] of [A, B, A].entries()) {
		const { kind, streamed, contentType, body, trailerError } = await invoke({ tenant: account });
		expect({ kind, streamed, contentType, trailerError }).toEqual({
			kind: "response",
			streamed: true,
			contentType: "text/plain",
			trailerError: undefined,
		});
		expect(body).toBe(`request-${index + 1}\n${`${account} ${account} \n`.repeat(3)}`);
	}
});

test("a handler without the marker answers in one piece", async () => {
	const { invoke } = await run("unmarked");
	expect(await invoke({ tenant: A })).toMatchObject({ streamed: false, body: JSON.stringify(A) });
});

test("status and headers come first, as a function URL wants them", async () => {
	const { invoke } = await run("withPrelude");
	const { contentType, body } = await invoke({ tenant: A });
	expect(contentType).toBe("application/vnd.awslambda.http-integration-response");
	const [prelude = "", rest] = body.split("\0".repeat(8));
	expect(JSON.parse(prelude)).toEqual({ statusCode: 201, headers: { "x-scope": A } });
	expect(rest).toBe(`${A} ${A} \n`);
});

test.each(["streaming6", "streaming7"])("middy's %s streams in the scope that is bound in its chain", async (name) => {
	const { invoke } = await run(`through-middy.${name}`);
	for (const account of [A, B]) {
		const { streamed, body } = await invoke({ tenant: account });
		expect(streamed).toBe(true);
		expect(body.split("\0".repeat(8))[1]).toBe(`${account} ${account}\n`.repeat(3));
	}
});

/** What a big body says: who answered, and in which scope. */
const answers = (body: string): Set<string> =>
	new Set(
		body
			.trim()
			.split("\n")
			.map((line) => line.slice(0, 25)),
	);

test.each(["pipelined", "readableInScope"])(
	"%s: a body that is bigger than every buffer is made in the scope to its end",
	async (handler) => {
		const { invoke } = await run(handler);
		for (const account of [A, B]) {
			const { body, trailerError } = await invoke({ tenant: account });
			expect(trailerError).toBeUndefined();
			expect(body.trim().split("\n")).toHaveLength(20);
			expect(answers(body)).toEqual(new Set([`${account} ${account}`]));
		}
	},
);

test("a body that the stream asks for outside the scope is refused, or right: never another tenant's", async () => {
	const { invoke, output } = await run("readable");
	const [outcome] = await Promise.allSettled([invoke({ tenant: A })]);
	if (outcome.status === "fulfilled") expect(answers(outcome.value.body)).toEqual(new Set([`${A} ${A}`]));
	else expect(output()).toContain("LostScopeError");
	expect(all.seen.every(({ account }) => account === A)).toBe(true);
});

test.each([
	["failsAtOnce", "TypeError", `no order for ${A}`, ""],
	["failsHalfway", "TypeError", `no order for ${A}`, `${A} ${A} \n`],
	["specFails", "ReferenceError", "no such tenant", ""],
	["specFailsLater", "ReferenceError", "no such tenant", ""],
])(
	"%s: the error is reported in the trailer, and the next invocation is served",
	async (handler, errorType, errorMessage, written) => {
		const { invoke } = await run(handler);
		for (const _ of ["first", "second"]) {
			const { body, trailerError = "{}" } = await invoke({ tenant: A });
			expect(JSON.parse(trailerError)).toMatchObject({ errorType, errorMessage });
			expect(body).toBe(written);
		}
	},
);

test("16 streams at once in one worker are each written in their own scope", async () => {
	const { invoke, api } = await run("streamAroundScope", 16);
	meet = () => api.saturated();
	const accounts = Array.from({ length: scale(16, 48) }, (_, index) => tenant(index % 3));
	const outcomes = await Promise.all(accounts.map((account) => invoke({ tenant: account })));
	for (const [index, { body }] of outcomes.entries()) {
		expect(body.split("\n").slice(1)).toEqual([...Array(3).fill(`${accounts[index]} ${accounts[index]} `), ""]);
	}
	expect(api.mostInFlight).toBe(16);
});
