/**
 * What does a scope cost per call? `npm run ts -- bench/scope.ts`
 *
 * The baseline is a bare `als.run()` with a store that is created per call, as a scope is.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { accountSessions, currentAwsScope, runInAwsScope, session, withAwsScope } from "aws-scope";
import { answer, compare, type Figure, figuresOf, must, ownPart, show } from "./support/measure.js";

const own = new AsyncLocalStorage<object>();
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
const tenant = session({ credentials });
const accounts = accountSessions({ role: "Tenant" });
const region = "eu-central-1";
const account = "111111111111";
const ACCOUNTS = Array.from({ length: 100 }, (_, index) => String(100_000_000_000 + index));

let sum = 0;
const work = (): number => ++sum;
const handler = withAwsScope(work, { session: tenant, region });
const found = withAwsScope(
	(_event: { account: string }) => work(),
	(event) => ({ account: event.account, accounts }),
);
let turn = 0;

const WAYS = {
	"als.run({ account, region }, fn)": () => own.run({ account, region }, work),
	"runInAwsScope(session, fn)": () => runInAwsScope(tenant, work),
	"runInAwsScope({ session, region }, fn)": () => runInAwsScope({ session: tenant, region }, work),
	"runInAwsScope({ account, accounts }, fn), one account": () => runInAwsScope({ account, accounts }, work),
	"runInAwsScope({ account, accounts }, fn), 100 accounts in turn": () =>
		runInAwsScope({ account: ACCOUNTS[turn++ % 100] ?? account, accounts }, work),
	"withAwsScope(fn, { session, region })": () => handler(),
	"withAwsScope(fn, (event) => ({ account, accounts }))": () => found({ account }),
} as const satisfies Record<string, () => unknown>;

/** One way to open a scope. */
export type Way = keyof typeof WAYS;

async function part(way: Way): Promise<Figure> {
	const run = WAYS[way];
	const before = sum;
	run();
	must(sum === before + 1, `${way} does not run the function once`);
	must(runInAwsScope({ account, accounts }, () => currentAwsScope().account) === account, "the scope is another's");
	return compare(WAYS["als.run({ account, region }, fn)"], run);
}

/** The figures of every way. */
export const scopes = (): Map<Way, Figure> => figuresOf(import.meta.url, WAYS);

/** Prints them. */
export function showScopes(figures: ReadonlyMap<Way, Figure>): void {
	show(
		["a scope opened and left", "ns per call", "× als.run"],
		[...figures].map(([way, { time, ratio }]) => [way, time.toFixed(0), ratio.toFixed(1)]),
	);
}

if (process.argv[1]?.endsWith("/scope.ts")) {
	const way = ownPart();
	if (way === undefined) showScopes(scopes());
	else answer(await part(way as Way));
}
