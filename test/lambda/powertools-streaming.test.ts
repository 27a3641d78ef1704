/** Powertools' router with response streaming, under AWS's own runtime client. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { EXTERNAL_ID, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { sampled, scale } from "../helpers/scale.js";
import { httpEvent } from "./events.js";
import { type Deployment, deploy, type RunningFunction, start, warmFunctions } from "./function.js";
import { pieces, streamedAnswer } from "./outcomes.js";

/** Streams under way in one worker. */
const AT_ONCE = scale(8, 16);
const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
/** What the server awaits before it answers. */
let meet: () => Promise<void>;
let deployment: Deployment;
const warm = warmFunctions();
beforeAll(async () => {
	deployment = deploy();
	all = await startTenants({ tenants: 3, before: () => meet() });
});
afterAll(async () => {
	await warm[Symbol.asyncDispose]();
	await all[Symbol.asyncDispose]();
	deployment[Symbol.dispose]();
});
beforeEach(() => {
	all.seen.splice(0);
	meet = () => Promise.resolve();
});
afterEach(() => expect(all.wrong()).toEqual([]));

const configured = (name: string) => ({
	deployment,
	aws: all.aws,
	handler: `powertools-streaming.${name}`,
	env: { EXTERNAL_ID },
});
const run = (name: string, concurrency?: number): Promise<RunningFunction> =>
	warm.start({ ...configured(name), ...(concurrency === undefined ? {} : { concurrency }) });

const FORMS = ["around", "late", "inMiddleware"];
const inForms = (...paths: string[]) =>
	FORMS.flatMap((form, first) =>
		paths.filter((_, second) => sampled(2, first, second)).map((path) => [form, path] as const),
	);

test.each(FORMS)("%s: an answer in one piece is made in the scope", async (form) => {
	const { invoke } = await run(form);
	for (const account of [A, B]) {
		const { status, text } = streamedAnswer(await invoke(httpEvent("/json", { tenant: account })));
		expect([status, JSON.parse(text)]).toEqual([200, { answered: account, scope: account }]);
	}
});

test.each(inForms("/scoped", "/web"))(
	"%s, %s: a body that is bigger than every buffer is made in the scope to its end",
	async (form, path) => {
		const { invoke } = await run(form);
		for (const account of [A, B]) {
			const { text } = streamedAnswer(await invoke(httpEvent(path, { tenant: account })));
			expect(pieces(text)).toEqual(Array(20).fill(`${account} ${account}`));
		}
	},
);

test.each(FORMS)("%s: the body of a bare generator is refused, or right: never another tenant's", async (form) => {
	// A body that fails may end the process, so it has one to itself.
	await using running = await start(configured(form));
	const { invoke, output } = running;
	const [outcome] = await Promise.allSettled([invoke(httpEvent("/plain", { tenant: A }))]);
	if (outcome.status === "fulfilled") expect(new Set(pieces(outcome.value.body))).toEqual(new Set([`${A} ${A}`]));
	else expect(output()).toContain("LostScopeError");
	expect(all.seen.every(({ account }) => account === A)).toBe(true);
});

test.each([
	["around", 418, { answered: A, scope: A }],
	["late", 418, { answered: A, scope: A }],
	// Powertools calls it when the middlewares are done; its own accessor is refused, and it fails.
	["inMiddleware", 500, expect.objectContaining({ error: "Internal Server Error" })],
])("%s: an error handler answers with %i", async (form, expected, body) => {
	const { invoke } = await run(form);
	const { status, text } = streamedAnswer(await invoke(httpEvent("/fails", { tenant: A })));
	expect([status, JSON.parse(text)]).toEqual([expected, body]);
});

test.each([
	["around", "/scoped"],
	["late", "/scoped"],
	["late", "/json"],
	["inMiddleware", "/web"],
])(`%s, %s: ${AT_ONCE} streams at once in one worker are each made in their own scope`, async (form, path) => {
	const { invoke, api } = await run(form, AT_ONCE);
	meet = () => api.saturated();
	const accounts = Array.from({ length: scale(1, 3) * AT_ONCE }, (_, index) => tenant(index % 3));
	const outcomes = await Promise.all(accounts.map((account) => invoke(httpEvent(path, { tenant: account }))));
	for (const [index, outcome] of outcomes.entries()) {
		const account = accounts[index] as string;
		const { text } = streamedAnswer(outcome);
		if (path === "/json") expect(JSON.parse(text)).toEqual({ answered: account, scope: account });
		else expect(pieces(text)).toEqual(Array(20).fill(`${account} ${account}`));
	}
	expect(api.mostInFlight).toBe(AT_ONCE);
});

test("a tenant who is not found: the invocation fails around the router, and is answered from inside it", async () => {
	const failed = await (await run("around")).invoke(httpEvent("/json"));
	expect(JSON.parse(failed.trailerError ?? "{}")).toMatchObject({ errorType: "TenantNotFoundError" });
	const answered = streamedAnswer(await (await run("late")).invoke(httpEvent("/json")));
	expect([answered.status, all.seen]).toEqual([500, []]);
});
