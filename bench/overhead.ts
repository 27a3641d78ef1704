/**
 * What does a scope add to each invocation in a framework? `npm run ts -- bench/overhead.ts`
 *
 * Runs the same handler in the same framework, bare and with a scope or store, in separate processes. The bare handler
 * responds with the tenant that the request names, the other one with the tenant in its scope or store. The difference
 * is between neighboring blocks in one process. Up to Node 22, all promises are slower once any `AsyncLocalStorage` has
 * been used. The first column was measured before that, the others after it.
 */

import { ACCOUNTS, type EntryPoint, type Invoke, type Way } from "./overhead/entry-point.js";
import { type Call, type Difference, inTurns, type Pair } from "./support/in-turns.js";
import { answer, collect, median, must, ownPart, SMOKE, show } from "./support/measure.js";

const ENTRY_POINTS = {
	"plain handler": async () => (await import("./overhead/lambda.js")).plain,
	"middy 6": async () => (await import("./overhead/lambda.js")).underMiddy,
	Express: async () => (await import("./overhead/express.js")).entryPoint,
	"Nest over Express": async () => (await import("./overhead/nest.js")).entryPoint,
	Fastify: async () => (await import("./overhead/fastify.js")).entryPoint,
	Hono: async () => (await import("./overhead/hono.js")).entryPoint,
	Koa: async () => (await import("./overhead/koa.js")).entryPoint,
} as const satisfies Record<string, () => Promise<EntryPoint>>;

/** A bare invocation of it is the unit of the limits. */
const REFERENCE = "Koa";

/** The entry points. */
export type Name = keyof typeof ENTRY_POINTS;

/** The figures of every way of every entry point. */
export type Overheads = readonly (readonly [name: Name, way: string, figure: Difference])[];

async function pair({ bare, added, account }: Way, name: string): Promise<Pair> {
	const tenants = account === undefined ? ACCOUNTS : [account];
	const checked = async (invoke: Invoke): Promise<Call> => {
		const answers = await Promise.all(tenants.map((tenant) => invoke(tenant)));
		for (const [index, given] of answers.entries()) {
			const text = given instanceof Response ? await given.text() : given;
			must(text === tenants[index], `${name} answers ${text} to ${tenants[index]}`);
		}
		let turn = 0;
		return () => invoke(tenants[turn++ % tenants.length] as string);
	};
	const reference = async () => checked(await (Object.values(await ENTRY_POINTS[REFERENCE]())[0] as Way).bare());
	return { bare: await checked(await bare()), add: async () => checked(await added()), reference };
}

async function part(name: Name, way: string): Promise<Difference> {
	const measured = (await ENTRY_POINTS[name]())[way] as Way;
	return inTurns(await pair(measured, `${name}, ${way},`));
}

/** All ways; in the short run only the most expensive of each entry point, without Nest, which uses Express's. */
async function parts(): Promise<[Name, string][]> {
	const listed: [Name, string][] = [];
	for (const name of Object.keys(ENTRY_POINTS) as Name[]) {
		if (SMOKE && name === "Nest over Express") continue;
		const ways = Object.keys(await ENTRY_POINTS[name]());
		listed.push(...ways.slice(SMOKE ? -1 : 0).map((way): [Name, string] => [name, way]));
	}
	return listed;
}

/** The figures of every way. */
export async function overheads(): Promise<Overheads> {
	const asked = new Map((await parts()).map((part) => [JSON.stringify(part), part]));
	const figures = collect<Difference>(import.meta.url, [...asked.keys()]);
	return [...asked].map(([part, [name, way]]) => {
		const middle = (key: keyof Difference): number => median((figures.get(part) ?? []).map((run) => run[key]));
		const figure = { alone: middle("alone"), bare: middle("bare"), added: middle("added") };
		return [name, way, { ...figure, difference: middle("difference"), reference: middle("reference") }];
	});
}

/** Prints them. */
export function showOverheads(figures: Overheads): void {
	const microseconds = (nanoseconds: number): string => (nanoseconds / 1_000).toFixed(2);
	show(
		["µs for an invocation, warm", "no storage in use", "bare", "with it", "difference"],
		figures.map(([name, way, { alone, bare, added, difference }]) => [
			`${name}: ${way}`,
			...[alone, bare, added, difference].map(microseconds),
		]),
	);
}

if (process.argv[1]?.endsWith("/overhead.ts")) {
	const own = ownPart();
	if (own === undefined) showOverheads(await overheads());
	else answer(await part(...(JSON.parse(own) as [Name, string])));
}
