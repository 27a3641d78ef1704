/** Events as AWS hands them over, as far as a tenant's id can be in them, with the types of the whole. */

import type {
	APIGatewayProxyEvent,
	APIGatewayProxyEventV2WithJWTAuthorizer,
	AppSyncResolverEvent,
	Context,
	DynamoDBRecord,
	EventBridgeEvent,
	SNSEventRecord,
	SQSRecord,
} from "aws-lambda";

/** The part of AWS's event that counts here, as the type of the whole. */
export const part = <Event>(given: object): Event => given as Event;

export const isolated = (tenantId: unknown) => part<Context>({ functionName: "orders", tenantId });
export const rest = (authorizer: unknown) => part<APIGatewayProxyEvent>({ requestContext: { authorizer } });
export const jwt = (claims: object) =>
	part<APIGatewayProxyEventV2WithJWTAuthorizer>({ requestContext: { authorizer: { jwt: { claims, scopes: null } } } });
export const appSync = (identity: unknown) => part<AppSyncResolverEvent<object>>({ arguments: {}, identity });
export const headers = (given: unknown, many?: unknown) =>
	part<APIGatewayProxyEvent>({ headers: given, ...(many === undefined ? {} : { multiValueHeaders: many }) });
export const sqs = (attribute: object) => part<SQSRecord>({ messageAttributes: { tenant: attribute } });
export const sns = (attribute: object) => part<SNSEventRecord>({ Sns: { MessageAttributes: { tenant: attribute } } });
export const key = (attribute: object) => part<DynamoDBRecord>({ dynamodb: { Keys: { tenant: attribute } } });
export const detail = (given: unknown) =>
	part<EventBridgeEvent<"Placed", { order: { tenant: string } }>>({ "detail-type": "Placed", detail: given });
