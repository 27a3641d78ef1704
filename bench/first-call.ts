/**
 * What does the usual call cost, the first one in its scope? `npm run ts -- bench/first-call.ts`
 *
 * With one scope per invocation, most accessor calls are the first in their scope. The floor is what people write by hand:
 * `als.run()` with a store that is created per call, and in it `als.getStore()` and `Map.get()`.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { clients, runInAwsScope, session } from "aws-scope";
import { answer, compare, type Figure, figuresOf, must, ownPart, show } from "./support/measure.js";

const region = "eu-central-1";
const tenants = Array.from({ length: 20 }, (_, index) => {
	const credentials = { accessKeyId: `AKIDEXAMPLE${index}`, secretAccessKey: "example" };
	return { session: session({ credentials }), byRegion: new Map([[region, new DynamoDB({ region, credentials })]]) };
});
const own = new AsyncLocalStorage<{ readonly byRegion: ReadonlyMap<string, DynamoDB> }>();

let turn = 0;
const next = (): (typeof tenants)[number] => {
	turn = turn === 19 ? 0 : turn + 1;
	return tenants[turn] as (typeof tenants)[number];
};

/** All ways to get a first client, by the code that a user writes. 20 tenants take turns. */
const WAYS = {
	"als.run(), als.getStore() + Map.get()": () => {
		const { byRegion } = next();
		return own.run({ byRegion }, () => own.getStore()?.byRegion.get(region));
	},
	"runInAwsScope(session, () => clients.dynamodb(region))": () =>
		runInAwsScope(next().session, () => clients.dynamodb(region)),
	"runInAwsScope({ session, region }, () => clients.dynamodb())": () =>
		runInAwsScope({ session: next().session, region }, () => clients.dynamodb()),
	"runInAwsScope(session, () => clients.dynamodb({ region, maxAttempts }))": () =>
		runInAwsScope(next().session, () => clients.dynamodb({ region, maxAttempts: 5 })),
	"session.clients.dynamodb(region)": () => next().session.clients.dynamodb(region),
	"clients.dynamodb({ session, region })": () => clients.dynamodb({ session: next().session, region }),
} as const satisfies Record<string, () => DynamoDB | undefined>;

/** A way to get a first client. */
export type FirstCall = keyof typeof WAYS;

const FLOOR: FirstCall = "als.run(), als.getStore() + Map.get()";

async function part(way: FirstCall): Promise<Figure> {
	const run = WAYS[way];
	const round = (): unknown[] => tenants.map(() => run());
	const first = round();
	must(new Set(first).size === tenants.length, `${way} returns one tenant's client to another`);
	must(
		round().every((each, index) => each === first[index]),
		`${way} does not give the warm client`,
	);
	return compare(WAYS[FLOOR], run);
}

/** The figures of every way. */
export const firstCalls = (): Map<FirstCall, Figure> => figuresOf(import.meta.url, WAYS);

/** Prints them. */
export function showFirstCalls(figures: ReadonlyMap<FirstCall, Figure>): void {
	show(
		["a scope and its first client", "ns per call", "floor, same run", "× floor"],
		[...figures].map(([way, { time, floor, ratio }]) => [way, time.toFixed(0), floor.toFixed(0), ratio.toFixed(1)]),
	);
}

if (process.argv[1]?.endsWith("/first-call.ts")) {
	const way = ownPart();
	if (way === undefined) showFirstCalls(firstCalls());
	else answer(await part(way as FirstCall));
}
