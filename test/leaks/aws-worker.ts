/** The local AWS in a thread of its own, so that its memory is not counted with that of the library. */

import { parentPort, workerData } from "node:worker_threads";
import { startLocalAws } from "../../local-aws/index.js";

const { accounts } = workerData as { accounts: string[] };
const aws = await startLocalAws({
	accounts,
	handlers: {
		dynamodb: ({ identity }) => ({ body: { TableNames: [identity.accountId] } }),
		sqs: ({ identity }) => ({ body: { QueueUrls: [identity.accountId] } }),
		s3: ({ identity }) => ({ headers: { "x-amz-bucket-region": "us-east-1", "x-account": identity.accountId } }),
	},
});
parentPort?.postMessage(aws.env);
