/** The examples of docs/resources.md and docs/resources/ do what they say, on moto. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lookAround } from "../../../examples/quick-start-resources.js";
import * as services from "../../../examples/resource-services.js";
import * as guide from "../../../examples/resources.js";
import {
	cloudformation,
	cloudwatchLogs,
	dynamodb,
	ec2,
	ecs,
	iam,
	kms,
	organizations,
	type S3,
	s3,
	secretsManager,
	sfn,
	sns,
	sqs,
	ssm,
} from "../../../resources/index.js";
import { accountSessions } from "../../../src/index.js";
import { emptyMoto, type Moto } from "../support.js";

const folder = mkdtempSync(join(tmpdir(), "aws-scope-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let moto: Moto;
const printed: string[] = [];
beforeEach(async () => {
	moto = await emptyMoto();
	printed.length = 0;
	vi.spyOn(console, "log").mockImplementation((...values) => void printed.push(values.join(" ")));
});
afterEach(async () => {
	vi.restoreAllMocks();
	await moto[Symbol.asyncDispose]();
});

async function photos(): Promise<S3.Bucket> {
	const bucket = await s3().createBucket({ Bucket: "photos" });
	for (const Key of ["2025/dog.jpg", "2026/cat.jpg", "tmp/x"]) await bucket.putObject({ Key, Body: "1234" });
	return bucket;
}

const createOrders = (): Promise<unknown> =>
	dynamodb().createTable({
		TableName: "orders",
		AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
		BillingMode: "PAY_PER_REQUEST",
	});

async function launch(): Promise<string> {
	const [made] = await ec2().createInstances({
		ImageId: "ami-12c6146b",
		MinCount: 1,
		MaxCount: 1,
		InstanceType: "t3.micro",
	});
	return made?.id as string;
}

describe("the guide", () => {
	test("its first lines, which are the README's, too", async () => {
		await photos();
		await createOrders();
		await dynamodb.Table("orders").putItem({ Item: { id: "foo#bar#123", total: 7 } });
		const id = await launch();
		expect(await lookAround()).toEqual({ id: "foo#bar#123", total: 7 });
		expect(printed).toEqual(["2026/cat.jpg 4", `${id} running`]);
	});

	test("resources are made without a call", () => {
		expect(guide.choose()).toHaveLength(6);
		const [equal, abroad, text, json] = guide.same();
		expect([equal, abroad]).toEqual([true, false]);
		expect(text).toBe("s3.Object(bucketName: 'photos', key: '2026/cat.jpg')");
		expect(json).toBe('{"name":"photos"}');
	});

	test("attributes, actions, waiters, references and tags", async () => {
		await photos();
		const id = await launch();
		const [stopped, volume] = await guide.attributes(id);
		expect(stopped).toBe(id);
		expect(volume).toMatch(/^vol-/);
		await guide.waiters(id);
		expect(await guide.related(id)).toEqual(["Enabled", "172.31.0.0/16"]);
		expect(await guide.tags([id])).toBe(1);
		expect(printed).toEqual([`${id} team a`]);
	});

	test("collections and batch actions", async () => {
		const bucket = await photos();
		expect(await guide.collections()).toEqual(["2026/cat.jpg"]);
		expect(printed).toEqual(["2025/dog.jpg", "2026/cat.jpg", "tmp/x", "3"]);
		expect(await guide.emptied(bucket)).toEqual([]);
		expect((await bucket.objects.toArray()).map(({ key }) => key)).toEqual(["2025/dog.jpg", "2026/cat.jpg"]);
	});

	test("a scope's own photos", async () => {
		await s3.Bucket("photos", { session: accountSessions({ role: "Reader" })("222222222222") }).create();
		expect(await guide.photosOf("222222222222")).toBe(0);
	});

	test("tables", async () => {
		await createOrders();
		expect(await guide.orders()).toEqual([{ id: "1", total: 15, address: { city: "Bern" } }]);
		expect(await guide.conditions()).toBe(1);
		await guide.writeMany();
		const { Count } = await dynamodb.Table("orders").scan();
		expect(Count).toBe(99);
	});

	test("transfers", async () => {
		const bucket = await photos();
		writeFileSync(join(folder, "cat.jpg"), "meow");
		expect(await guide.transfers(bucket, folder)).toMatch(/X-Amz-Expires=3600/);
		expect(printed).toEqual(["4 of 4 bytes"]);
		expect(readFileSync(join(folder, "again.jpg"), "utf8")).toBe("meow");
		expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("some text");
	});
});

describe("the pages of services", () => {
	test("cloudformation", async () => {
		const TemplateBody = JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: {} } } });
		await cloudformation().createStack({ StackName: "stack", TemplateBody });
		expect(await services.statusOf("stack")).toBe("CREATE_COMPLETE");
		expect(printed).toEqual(["Queue CREATE_COMPLETE"]);
	});

	test("cloudwatch and its logs", async () => {
		expect(await services.alertOn("Shop", "Orders")).toBe("OK");
		const group = await cloudwatchLogs().createLogGroup({ logGroupName: "/aws/lambda/a" });
		await services.keepForAMonth("/aws/lambda/");
		expect(await group.get("retentionInDays")).toBe(30);
	});

	test("dynamodb, ec2 and s3", async () => {
		await createOrders();
		expect(await services.addOrder({ id: "1", total: 7 })).toBe(7);
		const id = await launch();
		await ec2().createTags({ Resources: [id], Tags: [{ Key: "team", Value: "a" }] });
		await services.stopAll("team");
		expect((await ec2.Instance(id).get("state"))?.Name).toBe("stopped");
		await photos();
		expect(await services.sizeOf("photos", "2026/")).toBe(4);
	});

	test("ecs", async () => {
		const cluster = await ecs().createCluster({ clusterName: "web" });
		await ecs().registerTaskDefinition({ family: "t", containerDefinitions: [{ name: "c", image: "i", memory: 64 }] });
		await cluster.createService({ serviceName: "api", taskDefinition: "t", desiredCount: 1 });
		expect(await services.scale("web", "api", 2)).toBe(2);
	});

	test("eventbridge and sfn", async () => {
		await services.everyHour("arn:aws:lambda:us-east-1:123456789012:function:f");
		const role = await iam().createRole({ RoleName: "r", AssumeRolePolicyDocument: "{}" });
		const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
		const machine = await sfn().createStateMachine({ name: "m", definition, roleArn: role.arn });
		expect(await services.run(machine.arn, { a: 1 })).toBe("RUNNING");
	});

	test("glacier and iam", async () => {
		expect(await services.archive("old", Buffer.from("bytes"))).toMatch(/\w+/);
		const user = await iam().createUser({ UserName: "ann" });
		await (await iam().createGroup({ GroupName: "team" })).addUser({ UserName: user.name });
		expect(await services.groupsOf("ann")).toEqual(["team"]);
	});

	test("kms and secrets-manager", async () => {
		const key = await kms().createKey({});
		await key.createAlias({ AliasName: "alias/data" });
		expect(await services.seal("alias/data", "text")).toBeInstanceOf(Uint8Array);
		const secret = await secretsManager().createSecret({ Name: "db", SecretString: "guess" });
		expect(await services.passwordFrom(secret.id)).toBe("guess");
	});

	test("organizations", async () => {
		await organizations().client.createOrganization({});
		expect(await services.activeAccounts()).toEqual(["123456789012"]);
	});

	test("sns and sqs", async () => {
		const topic = await sns().createTopic({ Name: "news" });
		const queue = await sqs().createQueue({ QueueName: "jobs" });
		const arn = (await queue.get("attributes"))?.QueueArn as string;
		expect(await services.tell(topic.arn, arn)).toBe(1);
		await services.drain("jobs");
		expect(printed).toHaveLength(1);
		expect(printed[0]).toContain("hello");
	});

	test("ssm", async () => {
		await ssm().createParameter({ Name: "/app/a", Value: "1", Type: "String" });
		await ssm().createParameter({ Name: "/app/b/c", Value: "2", Type: "SecureString" });
		expect(await services.settings("/app")).toEqual(
			new Map([
				["/app/a", "1"],
				["/app/b/c", "2"],
			]),
		);
	});
});
