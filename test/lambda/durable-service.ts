/**
 * AWS's durable execution service, as AWS's own testing library plays it: it starts executions, keeps what they
 * checkpoint, and invokes the function again as soon as they may go on. Here the function is one that AWS's runtime client
 * runs, and what its durable SDK sends comes to the local AWS, signed.
 */

import { LocalDurableTestRunner, WaitingOperationStatus } from "@aws/durable-execution-sdk-js-testing";
import type { LocalHandler } from "../../local-aws/index.js";
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

/** What the testing library hands to a function: the service's event, and a client in place of the network. */
interface Input {
	readonly DurableExecutionArn: string;
	readonly CheckpointToken: string;
	readonly UpdatedOperationIds: readonly string[];
	readonly InitialExecutionState: { readonly Operations: readonly object[] };
	readonly durableExecutionClient: Client;
}

interface Client {
	checkpoint(request: object): Promise<object>;
	getExecutionState(request: object): Promise<object>;
}

/** Starts it; one at a time in a process. */
export async function startDurableService(): Promise<DurableService> {
	await LocalDurableTestRunner.setupTestEnvironment();
	const clients = new Map<string, Client>();
	const signers = new Set<string>();
	return {
		signers,
		async lambda({ path, query, body, identity }) {
			signers.add(identity.accountId);
			const [, arn = "", action] = /\/durable-executions\/([^/]+)\/(checkpoint|state)/.exec(path) ?? [];
			const DurableExecutionArn = decodeURIComponent(arn);
			const client = clients.get(DurableExecutionArn) as Client;
			const answer =
				action === "state"
					? client.getExecutionState({ ...query, DurableExecutionArn })
					: client.checkpoint({ ...JSON.parse(Buffer.from(body).toString()), DurableExecutionArn });
			return { body: withSeconds(await answer) as Record<string, unknown> };
		},
		async execute<Result>(
			invoke: RuntimeApi["invoke"],
			payload: unknown,
			{ approve, ...options }: Parameters<DurableService["execute"]>[2] = {},
		): Promise<Execution<Result>> {
			let invocations = 0;
			const runner = new LocalDurableTestRunner<Result>({
				handlerFunction: async (input: unknown) => {
					invocations += 1;
					const { durableExecutionClient, ...event } = input as Input;
					clients.set(event.DurableExecutionArn, durableExecutionClient);
					const { kind, body } = await invoke(inPages(event), options);
					if (kind === "error") throw new Error(JSON.parse(body).errorMessage);
					return JSON.parse(body);
				},
			});
			const approval = approve && runner.getOperation("approval");
			const approved = approval
				?.waitForData(WaitingOperationStatus.SUBMITTED)
				.then(approve)
				.then(() => approval.sendCallbackSuccess("approved"))
				// It ended before it asked: that is its result, and told below.
				.catch(() => undefined);
			const execution = await runner.run({ payload });
			await approved;
			const status = execution.getStatus();
			return {
				status,
				invocations,
				result: status === "SUCCEEDED" ? (execution.getResult() as Result) : (undefined as Result),
				error: status === "SUCCEEDED" ? undefined : execution.getError().errorMessage,
			};
		},
		[Symbol.asyncDispose]: () => LocalDurableTestRunner.teardownTestEnvironment(),
	};
}

/** A long history comes in pages: the function has to ask for all but the first operation before its handler runs. */
function inPages({ InitialExecutionState, ...event }: Omit<Input, "durableExecutionClient">): object {
	const [first, ...more] = InitialExecutionState.Operations;
	const NextMarker = more.length > 0 ? "more" : "";
	return { ...event, InitialExecutionState: { Operations: [first], NextMarker } };
}

/** Times as Lambda's API writes them. */
function withSeconds(value: unknown): unknown {
	if (value instanceof Date) return value.getTime() / 1_000;
	if (Array.isArray(value)) return value.map(withSeconds);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSeconds(inner)]));
}
