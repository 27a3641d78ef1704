/** A durable fan-out: one step for each target. */

import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { durableHandler } from "aws-scope/worker";
import { accounts, ask } from "./tenants.mjs";

const task = async ({ account, note }, { attempt }) => {
	if (note === "fails once" && attempt === 1) throw new Error("on purpose");
	return { answered: await ask(account), attempt };
};

export const handler = withDurableExecution(durableHandler(task, { accounts, concurrency: 4 }));
