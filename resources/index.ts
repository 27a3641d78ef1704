/** `aws-scope/resources`: AWS resources as objects, as in boto3. */

import type * as CloudFormation from "./types/cloudformation.js";
import type * as CloudWatch from "./types/cloudwatch.js";
import type * as CloudWatchLogs from "./types/cloudwatch-logs.js";
import type * as DynamoDB from "./types/dynamodb.js";
import type * as EC2 from "./types/ec2.js";
import type * as ECS from "./types/ecs.js";
import type * as EventBridge from "./types/eventbridge.js";
import type * as Glacier from "./types/glacier.js";
import type * as IAM from "./types/iam.js";
import type * as KMS from "./types/kms.js";
import type * as Lambda from "./types/lambda.js";
import type * as Organizations from "./types/organizations.js";
import type * as S3 from "./types/s3.js";
import type * as SecretsManager from "./types/secrets-manager.js";
import type * as SFN from "./types/sfn.js";
import type * as SNS from "./types/sns.js";
import type * as SQS from "./types/sqs.js";
import type * as SSM from "./types/ssm.js";

export { cloudformation } from "./cloudformation.js";
export { cloudwatch } from "./cloudwatch.js";
export { cloudwatchLogs } from "./cloudwatch-logs.js";
export type { BatchWriter, BatchWriterOptions } from "./dynamodb/batch-writer.js";
export { Attr, type Condition, Key } from "./dynamodb/conditions.js";
export { dynamodb } from "./dynamodb/dynamodb.js";
export { ec2 } from "./ec2/ec2.js";
export { ecs } from "./ecs.js";
export { BatchError, type BatchFailure, ResourceNotFoundError, ResourceNotLoadedError } from "./errors.js";
export { eventbridge } from "./eventbridge.js";
export { glacier } from "./glacier.js";
export { iam } from "./iam.js";
export { kms } from "./kms.js";
export { lambda } from "./lambda.js";
export { organizations } from "./organizations.js";
export { s3 } from "./s3/s3.js";
export { secretsManager } from "./secrets-manager.js";
export { sfn } from "./sfn.js";
export { sns } from "./sns.js";
export { sqs } from "./sqs.js";
export { ssm } from "./ssm.js";
export type { Collection, CollectionOf, RequestOptions, WaitOptions } from "./types.js";
export type {
	CloudFormation,
	CloudWatch,
	CloudWatchLogs,
	DynamoDB,
	EC2,
	ECS,
	EventBridge,
	Glacier,
	IAM,
	KMS,
	Lambda,
	Organizations,
	S3,
	SecretsManager,
	SFN,
	SNS,
	SQS,
	SSM,
};
