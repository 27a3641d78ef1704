/**
 * The local AWS, in a thread of its own: so the times measured here are not those of the server. A test needs no thread;
 * there `startLocalAws()` alone does.
 */

import { once } from "node:events";
import { SHARE_ENV, Worker } from "node:worker_threads";
import type { Seen } from "./witness.js";

/** What the server saw and counted since its last report. */
export interface ServerReport {
	/** By the tenant that a request was meant for. */
	readonly seen: ReadonlyMap<string, Seen>;
	readonly assumeRoleCalls: number;
	readonly connections: number;
}

export class LocalAccounts {
	readonly #server = new Worker(new URL("./server.ts", import.meta.url), { env: SHARE_ENV });

	/** Starts the accounts and leads the SDK of this process to them. */
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
