/**
 * The local AWS in its own thread, so that its work doesn't distort the measured times. A test doesn't need the thread:
 * there, `startLocalAws()` is enough.
 */

import { once } from "node:events";
import { SHARE_ENV, Worker } from "node:worker_threads";
import type { Seen } from "./witness.js";

/** What the server saw and counted since its last report. */
export interface ServerReport {
	/** By the tenant that the requests were meant for. */
	readonly seen: ReadonlyMap<string, Seen>;
	readonly assumeRoleCalls: number;
	readonly connections: number;
}

export class LocalAccounts {
	readonly #server = new Worker(new URL("./server.ts", import.meta.url), { env: SHARE_ENV });

	/** Starts the accounts and points this process's SDK at them. */
	static async start(): Promise<LocalAccounts> {
		const accounts = new LocalAccounts();
		await once(accounts.#server, "message");
		return accounts;
	}

	async report(): Promise<ServerReport> {
		const answer = once(this.#server, "message");
		this.#server.postMessage("report");
		const [report] = (await answer) as [ServerReport];
		return report;
	}

	async stop(): Promise<void> {
		await this.#server.terminate();
	}
}
