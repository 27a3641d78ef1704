/** `aws-scope/resources`: boto3's resources. */

import type * as CloudFormation from "./types/cloudformation.js";
import type * as CloudWatch from "./types/cloudwatch.js";
import type * as DynamoDB from "./types/dynamodb.js";
import type * as EC2 from "./types/ec2.js";
import type * as Glacier from "./types/glacier.js";
import type * as IAM from "./types/iam.js";
import type * as S3 from "./types/s3.js";
import type * as SNS from "./types/sns.js";
import type * as SQS from "./types/sqs.js";

export { cloudformation } from "./cloudformation.js";
export { cloudwatch } from "./cloudwatch.js";
export type { BatchWriter, BatchWriterOptions } from "./dynamodb/batch-writer.js";
export { Attr, type Condition, Key } from "./dynamodb/conditions.js";
export { dynamodb } from "./dynamodb/dynamodb.js";
export { ec2 } from "./ec2/ec2.js";
export { BatchError, type BatchFailure, ResourceNotFoundError, ResourceNotLoadedError } from "./errors.js";
export { glacier } from "./glacier.js";
export { iam } from "./iam.js";
export { s3 } from "./s3/s3.js";
export { sns } from "./sns.js";
export { sqs } from "./sqs.js";
export type { Collection, CollectionOf, WaitOptions } from "./types.js";
export type { CloudFormation, CloudWatch, DynamoDB, EC2, Glacier, IAM, S3, SNS, SQS };
