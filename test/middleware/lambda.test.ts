/** A tenant's id comes out of each of AWS's events. */

import type {
	ALBEvent,
	APIGatewayProxyEventV2,
	APIGatewayProxyEventV2WithIAMAuthorizer,
	APIGatewayProxyEventV2WithLambdaAuthorizer,
	APIGatewayProxyWithCognitoAuthorizerEvent,
	KinesisStreamRecord,
	LambdaFunctionURLEvent,
	SQSEvent,
	SQSRecord,
} from "aws-lambda";
import { describe, expect, test } from "vitest";
import {
	tenantOfAttribute,
	tenantOfClaim,
	tenantOfContext,
	tenantOfHeader,
	tenantOfValue,
} from "../../middleware/lambda.js";
import { errors } from "../../src/index.js";
import { appSync, detail, headers, isolated, jwt, key, part, rest, sns, sqs } from "./lambda-events.js";

const CLAIM = "custom:tenant";

describe("a tenant's id is found", () => {
	test.each<[where: string, found: () => string]>([
		["in the context of tenant isolation mode", () => tenantOfContext(isolated("acme"))],
		[
			"in the claims of a REST API's Cognito authorizer",
			() =>
				tenantOfClaim(
					part<APIGatewayProxyWithCognitoAuthorizerEvent>({
						requestContext: { authorizer: { claims: { [CLAIM]: "acme" } } },
					}),
					CLAIM,
				),
		],
		[
			"in the context of a REST API's Lambda authorizer",
			() => tenantOfClaim(rest({ tenant: "acme", principalId: "user", integrationLatency: 3 }), "tenant"),
		],
		[
			"in the claims of an HTTP API in format 1.0",
			() => tenantOfClaim(rest({ claims: { tenant: "acme" }, scopes: null }), "tenant"),
		],
		["in the claims of an HTTP API's JWT authorizer", () => tenantOfClaim(jwt({ [CLAIM]: "acme", exp: 1 }), CLAIM)],
		[
			"in the context of an HTTP API's Lambda authorizer",
			() =>
				tenantOfClaim(
					part<APIGatewayProxyEventV2WithLambdaAuthorizer<{ tenant: string }>>({
						requestContext: { authorizer: { lambda: { tenant: "acme" } } },
					}),
					"tenant",
				),
		],
		[
			"in what IAM says of the caller of a Function URL",
			() =>
				tenantOfClaim(
					part<APIGatewayProxyEventV2WithIAMAuthorizer>({
						requestContext: { authorizer: { iam: { userId: "acme" } } },
					}),
					"userId",
				),
		],
		[
			"in the claims of an AppSync caller",
			() => tenantOfClaim(appSync({ sub: "user", claims: { tenant: "acme" } }), "tenant"),
		],
		[
			"in what AppSync's Lambda authorizer gave",
			() => tenantOfClaim(appSync({ resolverContext: { tenant: "acme" } }), "tenant"),
		],
		[
			"in both maps of headers of a REST API",
			() => tenantOfHeader(headers({ "X-Tenant": "acme" }, { "X-Tenant": ["acme"] }), "x-tenant"),
		],
		[
			"in a header of an HTTP API, whatever case is asked for",
			() => tenantOfHeader(part<APIGatewayProxyEventV2>({ headers: { "x-tenant": "acme" } }), "X-TENANT"),
		],
		[
			"in a header of a Function URL",
			() => tenantOfHeader(part<LambdaFunctionURLEvent>({ headers: { "x-tenant": "acme" } }), "x-tenant"),
		],
		[
			"in a header of a load balancer with single values",
			() => tenantOfHeader(part<ALBEvent>({ headers: { "x-tenant": "acme" } }), "x-tenant"),
		],
		[
			"in a header of a load balancer with multiple values",
			() => tenantOfHeader(part<ALBEvent>({ multiValueHeaders: { "x-tenant": ["acme"] } }), "x-tenant"),
		],
		["in an attribute of SQS", () => tenantOfAttribute(sqs({ stringValue: "acme", dataType: "String" }), "tenant")],
		[
			"in an attribute of SQS with a label",
			() => tenantOfAttribute(sqs({ stringValue: "acme", dataType: "String.TenantId" }), "tenant"),
		],
		["in an attribute of SNS", () => tenantOfAttribute(sns({ Type: "String", Value: "acme" }), "tenant")],
		["in a key of a DynamoDB stream", () => tenantOfAttribute(key({ S: "acme" }), "tenant")],
		["in the detail of EventBridge", () => tenantOfAttribute(detail({ tenant: "acme" }), "tenant")],
		[
			"deep in the detail of EventBridge",
			() => tenantOfAttribute(detail({ order: { tenant: "acme" } }), "order.tenant"),
		],
		["anywhere else", () => tenantOfValue("acme")],
	])("%s", (_, found) => {
		expect(found()).toBe("acme");
	});

	test.each([
		"a",
		"0",
		"acme",
		"ACME-1",
		"a.b_c-d",
		"111111111111",
		"9f0c5f4e-3d67-4b43-8e1b-8d1f0f6f5d0a",
		"x".repeat(128),
	])("when it is %s", (id) => {
		expect(tenantOfContext(isolated(id))).toBe(id);
	});
});

test("the types take each event of AWS in its place, and no other", () => {
	const misuses = [
		// @ts-expect-error a load balancer has no authorizer: what it says of the user must be verified
		() => tenantOfClaim(part<ALBEvent>({}), "sub"),
		// @ts-expect-error this event is of a route without authorizer
		() => tenantOfClaim(part<APIGatewayProxyEventV2>({}), "sub"),
		// @ts-expect-error an event of many tenants
		() => tenantOfAttribute(part<SQSEvent>({}), "tenant"),
		// @ts-expect-error a record without attributes
		() => tenantOfAttribute(part<KinesisStreamRecord>({}), "tenant"),
		// @ts-expect-error a record without headers
		() => tenantOfHeader(part<SQSRecord>({}), "tenant"),
		// @ts-expect-error the event instead of the context
		() => tenantOfContext(part<SQSEvent>({})),
	];
	for (const misuse of misuses) expect(misuse).toThrow(errors.TenantNotFoundError);
});
