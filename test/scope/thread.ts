/** A worker thread, or a child process: tells what has come, whether it is taken for an identity, and as whom it acts. */

import { parentPort } from "node:worker_threads";
import { accountSessions, clients, configure, runInAwsScope } from "../../src/index.js";
import { EXTERNAL_ID } from "../helpers/aws.js";
import { ask } from "../middleware/servers.js";

/** A spec as it crosses: plain data. */
export interface PlainSpec {
	readonly account: string;
	readonly role: string;
	readonly region?: string | undefined;
}

/** What it is told to do. */
export type Order =
	/** Ask AWS in a scope, or in none, as the one that it is meant for. */
	| { readonly ask: string; readonly spec?: PlainSpec; readonly requireScope?: true }
	/** Tell what has come. */
	| { readonly look: unknown };

/** What it tells: the account that answered, or an error's code; what came, as JSON, and what became of its uses. */
export type Told = { readonly answered: unknown } | { readonly came: string; readonly uses: readonly unknown[] };

const outcome = async (call: () => unknown): Promise<unknown> => {
	try {
		return await call();
	} catch (error) {
		return (error as { readonly code?: string }).code;
	}
};

async function obey(order: Order): Promise<Told> {
	if ("look" in order) {
		const session = order.look as never;
		const uses = [
			() => runInAwsScope(session, () => "ran"),
			() => runInAwsScope({ session }, () => "ran"),
			() => clients.dynamodb({ session }) && "made",
		];
		return { came: JSON.stringify(order), uses: await Promise.all(uses.map(outcome)) };
	}
	const { spec, requireScope } = order;
	if (requireScope) configure({ requireScope });
	const asking = () => ask(order.ask);
	if (spec === undefined) return { answered: await outcome(asking) };
	const { role, account, region } = spec;
	const accounts = accountSessions({ role, externalId: EXTERNAL_ID });
	return { answered: await outcome(() => runInAwsScope({ account, accounts, region }, asking)) };
}

const tell = (told: Told) => (parentPort === null ? process.send?.(told) : parentPort.postMessage(told));
(parentPort ?? process).on("message", (order: Order) => void obey(order).then(tell));
