/** Invocations of many tenants through middy's chains. */

import { setTimeout as wait } from "node:timers/promises";
import { awsScope, type MiddyRequest } from "../../middleware/middy.js";
import { clients, runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import type { TenantAws } from "../helpers/aws.js";
import type { Invocation } from "../helpers/interleave.js";
import { ask, type Chain, opened } from "../middleware/middy-chains.js";

type Request = MiddyRequest<Invocation, object, { tenant?: string }>;

/** What every tenant's handler does: shared code, nested scopes, timers, work left behind, a client that all share. */
function tenantWork({ tenants, accounts }: TenantAws) {
	const [shared] = tenants as [string];
	const sharedClient = accounts(shared).clients.dynamodb();
	return async (event: Invocation): Promise<unknown> => {
		const { tenant, pause, chance, other, leave } = event;
		await pause();
		if (chance(0.1)) {
			const nested = other();
			await runInAwsScope({ account: nested, accounts }, async () => {
				await pause();
				await ask(nested);
			});
		}
		if (chance(0.05)) leave(wait(1).then(() => ask(tenant)));
		if (chance(0.05)) await ask(shared, sharedClient);
		const client = clients.dynamodb();
		await pause();
		if (chance(0.03)) throw new Error("on purpose");
		return ask(tenant, chance(0.5) ? client : clients.dynamodb());
	};
}

/** Chains of every version (or of these), with random waits in every hook, that bind the scope by the event. */
export function middyLoad(all: TenantAws, ways = opened): (event: Invocation) => Promise<void> {
	const work = tenantWork(all);
	const pause = ({ event }: { event: unknown }) => (event as Invocation).pause();
	const check = (event: Invocation): void => {
		if (tryCurrentAwsScope()?.account !== event.tenant) throw new Error(`The scope of ${event.tenant} is lost.`);
	};
	const chains = ways.map(([, make]) =>
		make((event) => work(event as Invocation))
			.before(pause)
			.before(({ event, internal }) => void Object.assign(internal, { [(event as Invocation).index]: event.tenant }))
			.use(
				awsScope(({ event }: Request) => {
					const spec = { account: event.tenant, accounts: all.accounts };
					return event.chance(0.3) ? spec : event.pause().then(() => spec);
				}),
			)
			.before(pause)
			.after(pause)
			.after(({ event }) => check(event as Invocation))
			.onError(async ({ event, error }) => {
				await pause({ event });
				check(event as Invocation);
				return (error as Error).message === "on purpose" ? ask(event.tenant) : undefined;
			}),
	);
	return async (event) => {
		const answer = await (chains[event.index % chains.length] as Chain)(event);
		if (answer !== event.tenant) throw new Error(`${event.tenant} was answered for ${answer}.`);
		if (tryCurrentAwsScope() !== undefined) throw new Error("A scope leaked to the caller.");
	};
}
