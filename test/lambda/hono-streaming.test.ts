/** Hono's `streamHandle()` under AWS's own runtime client: what is streamed is made in the scope. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { EXTERNAL_ID, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { sampled, scale } from "../helpers/scale.js";
import { httpEvent } from "./events.js";
import { type Deployment, deploy, type RunningFunction, start, warmFunctions } from "./function.js";
import { pieces, streamedAnswer } from "./outcomes.js";
import type { Outcome } from "./runtime-api.js";

/** How many streams, or short answers, are under way in one worker. */
const [STREAMS, SHORT] = scale([8, 8], [16, 64]);
const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
/** What the server awaits before it answers. */
let meet: () => Promise<void>;
let deployment: Deployment;
let running: RunningFunction | undefined;
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

const run = async (name: string, concurrency?: number): Promise<RunningFunction> => {
	const multi = concurrency === undefined ? {} : { concurrency };
	running = await warm.start({
		deployment,
		aws: all.aws,
		handler: `hono-streaming.${name}`,
		env: { EXTERNAL_ID },
		...multi,
	});
	return running;
};

/** Sends a request of a tenant to the running function. */
const send = (path: string, tenantId: string): Promise<Outcome> =>
	(running as RunningFunction).invoke(httpEvent(path), { tenantId });

const FORMS = [
	["middleware", "awsScope() in the application"],
	["around", "withAwsScope(streamHandle(app))"],
	["late", "awsScope() in the application, inside withAwsScope(streamHandle(app))"],
] as const;

test.each(FORMS)("%s: bodies bigger than every buffer are made in the scope to their end, with %s", async (form) => {
	await run(form);
	const paths = ["/stream", "/text", "/sse", "/scoped"].filter((_, index) =>
		sampled(
			2,
			index,
			FORMS.findIndex(([name]) => name === form),
		),
	);
	for (const path of paths) {
		for (const account of [A, B]) {
			const { status, text } = streamedAnswer(await send(path, account));
			expect([path, status, pieces(text)]).toEqual([path, 200, Array(20).fill(`${account} ${account}`)]);
		}
	}
});

test.each(["around", "late"])("%s: a web stream of a bare generator is made in the scope, too", async (form) => {
	await run(form);
	for (const account of [A, B]) {
		expect(pieces(streamedAnswer(await send("/plain", account)).text)).toEqual(Array(20).fill(`${account} ${account}`));
	}
});

test("with the scope in the application alone, it is refused, or right: never another tenant's", async () => {
	// A body that fails may end the process, so it has one to itself.
	await using own = await start({
		deployment,
		aws: all.aws,
		handler: "hono-streaming.middleware",
		env: { EXTERNAL_ID },
	});
	running = own;
	const { output } = own;
	const [outcome] = await Promise.allSettled([send("/plain", A)]);
	if (outcome.status === "fulfilled") expect(new Set(pieces(outcome.value.body))).toEqual(new Set([`${A} ${A}`]));
	else expect(output()).toContain("LostScopeError");
	expect(all.seen.every(({ account }) => account === A)).toBe(true);
});

test.each(FORMS)("%s: errors are answered in the scope, before the first byte and after it, with %s", async (form) => {
	await run(form);
	for (const account of [A, B]) {
		const said = `on purpose ${account} ${account}`;
		expect(streamedAnswer(await send("/fails", account))).toEqual({ status: 418, text: said });
		expect(streamedAnswer(await send("/breaks", account)).text).toBe(`${account}\n${said}\n`);
	}
});

test.each(FORMS)(
	`%s: ${STREAMS} streams at once in one worker are each made in their own scope, with %s`,
	async (form) => {
		const { api } = await run(form, STREAMS);
		meet = () => api.saturated();
		const accounts = Array.from({ length: scale(1, 2) * STREAMS }, (_, index) => tenant(index % 3));
		const outcomes = await Promise.all(
			accounts.map((account, index) => send(index % 2 === 0 ? "/text" : "/scoped", account)),
		);
		for (const [index, outcome] of outcomes.entries()) {
			const account = accounts[index] as string;
			expect(new Set(pieces(streamedAnswer(outcome).text))).toEqual(new Set([`${account} ${account}`]));
		}
		expect(api.mostInFlight).toBe(STREAMS);
	},
);

test.each(FORMS)(
	`%s: ${SHORT} short answers at once in one worker are each their own tenant's, with %s`,
	async (form) => {
		const { api } = await run(form, SHORT);
		meet = () => api.saturated();
		const accounts = Array.from({ length: 4 * SHORT }, (_, index) => tenant(index % 3));
		const outcomes = await Promise.all(accounts.map((account) => send("/json", account)));
		expect(outcomes.map((outcome) => JSON.parse(streamedAnswer(outcome).text))).toEqual(
			accounts.map((account) => ({ answered: account, scope: account })),
		);
		expect(api.mostInFlight).toBe(SHORT);
	},
);

test.each(FORMS)("%s: nothing is sent for a request of no tenant, with %s", async (form) => {
	const { invoke, output } = await run(form);
	const { body, trailerError = "" } = await invoke(httpEvent("/json"));
	expect(body === "" ? trailerError : output()).toContain("TenantNotFoundError");
	expect(all.seen).toEqual([]);
});
