/** The function of queue.yaml: Lambda reads the queue and passes up to ten targets at a time. */

import { sqsHandler } from "aws-scope/worker";
import { accounts, countInstances } from "./inventory.js";

export const handler = sqsHandler(countInstances, { accounts });
