/** AWS's durable execution service on this machine; `test/fixtures/node22/durable-service.ts` says how it is played. */

import type { LocalHandler } from "../../local-aws/index.js";
import { fixture } from "../helpers/fixture.js";
import type { InvocationOptions, RuntimeApi } from "./runtime-api.js";

/** How an execution ended. */
export interface Execution<Result> {
	readonly status: string | undefined;
	readonly result: Result;
	readonly error: string | undefined;
	/** How often the function was invoked for it; all but the first are replays. */
	readonly invocations: number;
}

/** A running service. */
export interface DurableService extends AsyncDisposable {
	/** Answers the requests of the durable SDK: for `startTenants({ handlers: { lambda } })`. */
	readonly lambda: LocalHandler;
	/** The accounts that have signed what the durable SDK sent. */
	readonly signers: ReadonlySet<string>;
	/** Runs one execution to its end; gives the callback named "approval", if it asks for one, when `approve` has resolved. */
	execute<Result>(
		invoke: RuntimeApi["invoke"],
		event: unknown,
		options?: InvocationOptions & { readonly approve?: () => Promise<void> },
	): Promise<Execution<Result>>;
}

fixture("node22");
const implementation: { startDurableService: () => Promise<DurableService> } = await import(
	"../fixtures/node22/durable-service.js" as string
);

/** Starts it; one at a time in a process. */
export const { startDurableService } = implementation;
