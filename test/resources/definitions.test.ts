/** The definitions are whole: what boto3 has, each operation in the SDK, each name once. */

import { expect, test } from "vitest";
import type { Request, ResourceDefinition, Result, ServiceDefinition } from "../../resources/definition.js";
import { cloudformationDefinition } from "../../resources/definitions/cloudformation.js";
import { cloudwatchDefinition } from "../../resources/definitions/cloudwatch.js";
import { cloudwatchLogsDefinition } from "../../resources/definitions/cloudwatch-logs.js";
import { dynamodbDefinition } from "../../resources/definitions/dynamodb.js";
import { ec2Definition } from "../../resources/definitions/ec2.js";
import { ecsDefinition } from "../../resources/definitions/ecs.js";
import { eventbridgeDefinition } from "../../resources/definitions/eventbridge.js";
import { glacierDefinition } from "../../resources/definitions/glacier.js";
import { iamDefinition } from "../../resources/definitions/iam.js";
import { kmsDefinition } from "../../resources/definitions/kms.js";
import { lambdaDefinition } from "../../resources/definitions/lambda.js";
import { organizationsDefinition } from "../../resources/definitions/organizations.js";
import { s3Definition } from "../../resources/definitions/s3.js";
import { secretsManagerDefinition } from "../../resources/definitions/secrets-manager.js";
import { sfnDefinition } from "../../resources/definitions/sfn.js";
import { snsDefinition } from "../../resources/definitions/sns.js";
import { sqsDefinition } from "../../resources/definitions/sqs.js";
import { ssmDefinition } from "../../resources/definitions/ssm.js";
import { attributesOf, camelCase } from "../../resources/names.js";
import { type Clients, session } from "../../src/index.js";

const SERVICES: readonly ServiceDefinition[] = [
	cloudformationDefinition,
	cloudwatchDefinition,
	dynamodbDefinition,
	ec2Definition,
	glacierDefinition,
	iamDefinition,
	s3Definition,
	snsDefinition,
	sqsDefinition,
];

/** Those that boto3 has none of. */
const OWN: readonly ServiceDefinition[] = [
	cloudwatchLogsDefinition,
	ecsDefinition,
	eventbridgeDefinition,
	kmsDefinition,
	lambdaDefinition,
	organizationsDefinition,
	secretsManagerDefinition,
	sfnDefinition,
	ssmDefinition,
];

const typesOf = ({ root, resources }: ServiceDefinition): [string, ResourceDefinition][] => [
	["", root],
	...Object.entries(resources),
];
const count = (record: object | undefined): number => Object.keys(record ?? {}).length;
const sum = (of: (definition: ResourceDefinition) => number): number =>
	SERVICES.flatMap(typesOf).reduce((total, [, definition]) => total + of(definition), 0);

test("nine services have 80 resources, 318 actions, 87 collections, 15 batch actions and 17 waiters", () => {
	expect({
		services: SERVICES.length,
		resources: SERVICES.reduce((total, { resources }) => total + count(resources), 0),
		actions: sum(({ actions }) => count(actions)),
		collections: sum(({ collections }) => count(collections)),
		batchActions: sum(({ batch }) => count(batch)),
		waiters: sum(({ waiters }) => count(waiters)),
	}).toEqual({ services: 9, resources: 80, actions: 318, collections: 87, batchActions: 15, waiters: 17 });
});

test.each([...SERVICES, ...OWN])("$service: the SDK's client has every operation and waiter", (definition) => {
	const own = session({ credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" } });
	const accessor = own.clients[definition.service as keyof Clients] as (region: string) => object;
	const client = accessor("us-east-1") as Record<string, unknown>;
	const missing: string[] = [];
	for (const [, { load, actions = {}, batch = {}, collections = {}, waiters = {} }] of typesOf(definition)) {
		const requests: Request[] = [actions, batch, collections].flatMap((all): Request[] => Object.values(all));
		for (const { operation } of load === undefined ? requests : [load, ...requests]) {
			if (typeof client[operation[0]?.toLowerCase() + operation.slice(1)] !== "function") missing.push(operation);
		}
		for (const { waiter } of Object.values(waiters)) {
			if (typeof client[`waitUntil${waiter}`] !== "function") missing.push(waiter);
		}
	}
	expect(missing).toEqual([]);
});

test.each([...SERVICES, ...OWN])("$service: every resource is made with all of its identifiers", (definition) => {
	const wrong: string[] = [];
	for (const [name, { actions = {}, collections = {}, references = {}, subresources = {} }] of typesOf(definition)) {
		const results: Result[] = [
			...Object.values(references),
			...Object.values(subresources),
			...Object.values(collections).map(({ returns }) => returns),
			...Object.values(actions).flatMap(({ returns }) => returns ?? []),
		];
		for (const { type, identifiers } of results) {
			const target = definition.resources[type];
			if (target === undefined || identifiers.length !== count(target.identifiers)) wrong.push(`${name} → ${type}`);
		}
	}
	expect(wrong).toEqual([]);
});

test.each([...SERVICES, ...OWN])("$service: no two members of a resource have one name", (definition) => {
	for (const [
		name,
		{ identifiers = [], aliases, attributes, actions, references, subresources, collections, waiters },
	] of typesOf(definition)) {
		const members = [
			...identifiers,
			...attributesOf(attributes).map(([attribute]) => attribute),
			...[aliases, actions, references, subresources, collections, waiters].flatMap((record) =>
				Object.keys(record ?? {}),
			),
		];
		expect({ name, twice: members.filter((member, at) => members.indexOf(member) !== at) }).toEqual({
			name,
			twice: [],
		});
		expect(members.filter((member) => ["client", "equals", "toJSON", "then"].includes(member))).toEqual([]);
	}
});

test.each([
	["PublicIpAddress", "publicIpAddress"],
	["ETag", "eTag"],
	["SSEKMSKeyId", "ssekmsKeyId"],
	["OKActions", "okActions"],
	["NotificationARNs", "notificationArns"],
	["Ipv6CidrBlock", "ipv6CidrBlock"],
	["VaultARN", "vaultArn"],
	["accountId", "accountId"],
])("%s is called %s, as boto3 writes it", (member, name) => {
	expect(camelCase(member)).toBe(name);
});
