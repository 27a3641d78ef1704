/** The function of distributed-map.yaml: Step Functions invokes it for each line of a CSV file in S3. */

import { distributedMapHandler } from "aws-scope/worker";
import { accounts, countInstances } from "./inventory.js";

export const handler = distributedMapHandler(countInstances, { accounts });
