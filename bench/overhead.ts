/**
 * What does a scope cost each invocation of a framework? `npm run ts -- bench/overhead.ts`
 *
 * The same handler in the same framework, bare and with what gives it its tenant, in processes of their own. The bare
 * handler answers with the tenant that the request names; the other one with the tenant that its scope or store has.
 * Both have a process in which an `AsyncLocalStorage` is in use.
 */

import { ACCOUNTS, BY_HAND, type EntryPoint, type Invoke, type Way } from "./overhead/entry-point.js";
import { type Difference, inTurns, type Pair } from "./support/in-turns.js";
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

/** Where requests start. */
export type Name = keyof typeof ENTRY_POINTS;

/** The figures of an entry point's ways. */
export type Overheads = ReadonlyMap<Name, ReadonlyMap<string, Difference>>;

async function pair({ bare, added, account }: Way, name: string): Promise<Pair> {
	const tenants = account === undefined ? ACCOUNTS : [account];
	const calls = async (invoke: Invoke): Promise<() => Promise<unknown>> => {
		const answers = await Promise.all(tenants.map((tenant) => invoke(tenant)));
		for (const [index, given] of answers.entries()) {
			const text = given instanceof Response ? await given.text() : given;
			must(text === tenants[index], `${name} answers ${text} to ${tenants[index]}`);
		}
		let turn = 0;
		return () => invoke(tenants[turn++ % tenants.length] as string);
	};
	return { bare: await calls(await bare()), added: await calls(await added()) };
}

/** One way in a process of its own; in the short run the first and the last of an entry point in one, in turns. */
async function part(name: Name, way: string): Promise<[string, Difference][]> {
	const ways = Object.entries(await ENTRY_POINTS[name]());
	const measured = ways.filter(([each]) => (SMOKE ? each === BY_HAND || each === ways.at(-1)?.[0] : each === way));
	const pairs: Pair[] = [];
	for (const [each, what] of measured) pairs.push(await pair(what, `${name}, ${each},`));
	const differences = await inTurns(pairs);
	return measured.map(([each], index) => [each, differences[index] as Difference]);
}

/** The figures of every way. */
export async function overheads(): Promise<Overheads> {
	const parts: string[] = [];
	for (const [name, load] of Object.entries(ENTRY_POINTS)) {
		for (const way of SMOKE ? [""] : Object.keys(await load())) parts.push(JSON.stringify([name, way]));
	}
	const figures = new Map<Name, Map<string, Difference>>();
	for (const [part, runs] of collect<[string, Difference][]>(import.meta.url, parts)) {
		const [name] = JSON.parse(part) as [Name];
		const ways = figures.get(name) ?? new Map<string, Difference>();
		figures.set(name, ways);
		for (const [index, [way]] of (runs[0] ?? []).entries()) {
			const middle = (key: keyof Difference): number => median(runs.map((run) => run[index]?.[1][key] ?? Number.NaN));
			ways.set(way, { bare: middle("bare"), added: middle("added"), difference: middle("difference") });
		}
	}
	return figures;
}

/** Prints them. */
export function showOverheads(figures: Overheads): void {
	const microseconds = (nanoseconds: number): string => (nanoseconds / 1_000).toFixed(2);
	show(
		["an invocation of a tenant, warm", "bare, µs", "with it, µs", "difference, µs"],
		[...figures].flatMap(([name, ways]) =>
			[...ways].map(([way, { bare, added, difference }]) => [
				`${name}: ${way}`,
				...[bare, added, difference].map(microseconds),
			]),
		),
	);
}

if (process.argv[1]?.endsWith("/overhead.ts")) {
	const own = ownPart();
	if (own === undefined) showOverheads(await overheads());
	else answer(await part(...(JSON.parse(own) as [Name, string])));
}
