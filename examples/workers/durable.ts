/** The function of durable.yaml: invoke it with { targets }, and each target is a step whose result is kept. */

import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { durableHandler } from "aws-scope/worker";
import { accounts, countInstances } from "./inventory.js";

export const handler = withDurableExecution(durableHandler(countInstances, { accounts, concurrency: 20 }));
