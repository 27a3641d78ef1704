/**
 * What do `perSession()` and `followingClient()` cost per call, inside a scope? `npm run ts -- bench/libraries.ts`
 *
 * Baseline and variant take turns in one process. `send` is measured on a client whose `send` does nothing, so that only
 * what is added remains. Each call has a command of its own, as in an application.
 */

import { DynamoDB, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { clients, defineClients, followingClient, perSession, runInAwsScope, session } from "aws-scope";
import { answer, compare, type Figure, figuresOf, must, ownPart, show } from "./support/measure.js";

const tenant = session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });

const sent: unknown[] = [];
/** Counts instead of sending. */
class Quick extends DynamoDB {
	override send(..._command: unknown[]): Promise<never> {
		sent[0] = this;
		return undefined as never;
	}
}
const { quick } = defineClients({ quick: Quick });
const following = followingClient(quick);
const instrumented = followingClient(quick);
instrumented.middlewareStack.add((next) => (args) => next(args), { name: "ofLibrary" });
const value = perSession(() => ({}));
const command = (): ListTablesCommand => new ListTablesCommand({});

/** What is measured, by the code that a user writes, and its baseline. */
const WAYS = {
	"perSession(make)()": () => [() => clients.dynamodb(), value],
	"followingClient(accessor).send(command)": () => {
		const client = quick();
		return [() => client.send(command()), () => following.send(command())];
	},
	"the same, with middleware of its own": () => {
		const client = quick();
		return [() => client.send(command()), () => instrumented.send(command())];
	},
} as const satisfies Record<string, () => readonly [floor: () => unknown, variant: () => unknown]>;

/** One thing that is measured. */
export type Way = keyof typeof WAYS;

async function part(way: Way): Promise<Figure> {
	return runInAwsScope({ session: tenant, region: "eu-central-1" }, async () => {
		const [floor, variant] = WAYS[way]();
		const first = value();
		must(first === value(), "perSession() gives no kept value");
		variant();
		if (way !== "perSession(make)()") must(sent[0] instanceof Quick, `${way} sends nothing`);
		return compare(floor, variant);
	});
}

/** The figures of all. */
export const libraries = (): Map<Way, Figure> => figuresOf(import.meta.url, WAYS);

/** Prints them. */
export function showLibraries(figures: ReadonlyMap<Way, Figure>): void {
	show(
		["inside a scope", "ns per call", "warm accessor, or the client's own send", "added", "x"],
		[...figures].map(([way, { time, floor, ratio }]) => [
			way,
			time.toFixed(0),
			floor.toFixed(0),
			(time - floor).toFixed(0),
			ratio.toFixed(2),
		]),
	);
}

if (process.argv[1]?.endsWith("/libraries.ts")) {
	const way = ownPart();
	if (way === undefined) showLibraries(libraries());
	else answer(await part(way as Way));
}
