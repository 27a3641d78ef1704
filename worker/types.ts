/** What Lambda passes, as far as workers use it. The types of `@types/aws-lambda` fit. */

/** Lambda's context. */
export interface LambdaContext {
	getRemainingTimeInMillis?(): number;
}

/** A message of an SQS event. */
export interface SqsRecord {
	readonly messageId: string;
	readonly receiptHandle: string;
	readonly body: string;
	readonly attributes: { readonly ApproximateReceiveCount?: string };
}

/** An SQS event. */
export interface SqsEvent {
	readonly Records: readonly SqsRecord[];
}

/** A partial batch response. */
export interface SqsBatchResponse {
	batchItemFailures: { itemIdentifier: string }[];
}
