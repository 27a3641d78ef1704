/** One worker: polls the queue, and notes in a file what it has done for whom, so that it is known also after it was killed. */

import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { accountSessions, clients } from "aws-scope";
import { poll } from "../../../examples/workers/poll.js";

const { QUEUE_URL = "", LOG = "", LATENCY_MS = "0" } = process.env;

const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());

await poll(
	QUEUE_URL,
	async ({ account, ...target }, { attempt }) => {
		const { Account } = await clients.sts().getCallerIdentity({});
		// moto answers in a few milliseconds; AWS and a task with several calls take longer.
		await wait(Number(LATENCY_MS));
		appendFileSync(LOG, `${JSON.stringify({ index: target["index"], account, acted: Account, attempt })}\n`);
	},
	{ accounts: accountSessions({ role: "Tenant" }), signal: ending.signal },
);
