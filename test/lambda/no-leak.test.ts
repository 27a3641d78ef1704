/** Nothing leaks to AWS's runtime client: after every kind of end of an invocation the next one starts outside every scope. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { EXTERNAL_ID, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { type Deployment, deploy, start } from "./function.js";

const A = tenant(0);

let deployment: Deployment;
let all: TenantAws;
beforeAll(async () => {
	deployment = deploy();
	all = await startTenants({ tenants: 1 });
});
afterAll(async () => {
	deployment[Symbol.dispose]();
	await all[Symbol.asyncDispose]();
});

const run = (handler: string, concurrency?: number) =>
	start({
		deployment,
		aws: all.aws,
		handler: `no-leak.${handler}`,
		env: { EXTERNAL_ID },
		...(concurrency && { concurrency }),
	});

const boom = `boom in ${A}`;
/** What each end tells: where it was when it ended. */
const ends: readonly (readonly [end: string, tells: string])[] = [
	["return", A],
	["return later", A],
	["throw", boom],
	["throw later", boom],
	["spec throws", "boom in undefined"],
	["spec rejects", "boom in undefined"],
	["leaves work behind", A],
	["middy 6", A],
	["middy 7", A],
	["middy 6 early", `early in ${A}`],
	["middy 7 early", `early in ${A}`],
	["middy 6 fails", boom],
	["middy 7 fails", boom],
	["middy 6 out of time", `late in ${A}`],
	["middy 7 out of time", boom],
];

test.each([
	["one at a time", undefined],
	["64 at once, one of which never ends", 64],
])("invocations %s, that end in every way, leave the runtime outside every scope", async (_, concurrency) => {
	await using running = await run("buffered", concurrency);
	const tell = async (end: string) => (await running.invoke({ end, tenant: A })).body;
	const never = concurrency === undefined ? undefined : tell("never ends");
	never?.catch(() => "the process has ended");
	for (const round of ["one by one", "together"]) {
		const told: string[] = [];
		if (round === "together") told.push(...(await Promise.all(ends.map(([end]) => tell(end)))));
		else for (const [end] of ends) told.push(await tell(end));
		const messages = told.map((body) => JSON.parse(body)).map((answer) => answer.errorMessage ?? answer);
		expect(messages).toEqual(ends.map(([, tells]) => tells));
	}
	expect(JSON.parse(await tell("report"))).toEqual([]);
});

test("streams that end in every way leave the runtime outside every scope", async () => {
	await using running = await run("streamed");
	const tell = (end: string) => running.invoke({ end, tenant: A });
	for (const [end, body, error] of [
		["writes", `${A} ${A} `, undefined],
		["is read", `${A} ${A} `, undefined],
		["throws", "", boom],
		["throws halfway", `${A} `, boom],
		["writes", `${A} ${A} `, undefined],
	] as const) {
		const { trailerError = "{}", ...told } = await tell(end);
		expect({ end, body: told.body, error: JSON.parse(trailerError).errorMessage }).toEqual({ end, body, error });
	}
	expect(JSON.parse((await tell("report")).body)).toEqual([]);
});
