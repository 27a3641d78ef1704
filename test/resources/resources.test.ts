/** What resources do: attributes, actions, parts, references, collections, batches. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LocalRequest, LocalResponse } from "../../local-aws/index.js";
import {
	BatchError,
	cloudwatch,
	dynamodb,
	ec2,
	glacier,
	ResourceNotFoundError,
	ResourceNotLoadedError,
	s3,
	ssm,
} from "../../resources/index.js";
import { AwsScopeError, errors } from "../../src/index.js";
import { startTenants, type TenantAws } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { s3With } from "./objects.js";

interface Asked {
	readonly action: string;
	readonly input: string;
}

const asked: Asked[] = [];
const xml = (body: string): LocalResponse => ({ headers: { "content-type": "text/xml" }, body });

function ec2Answer({ action, body }: LocalRequest): LocalResponse {
	const input = new URLSearchParams(Buffer.from(body).toString());
	asked.push({ action, input: [...input].map(([name, value]) => `${name}=${value}`).join("&") });
	const instance = (id: string): string =>
		`<item><instanceId>${id}</instanceId><imageId>ami-1</imageId><vpcId>vpc-1</vpcId><instanceState><code>16</code><name>running</name></instanceState><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item><item><networkInterfaceId>eni-2</networkInterfaceId></item></networkInterfaceSet></item>`;
	switch (action) {
		case "DescribeInstances": {
			const wanted = input.get("InstanceId.1");
			if (wanted === "i-none") return xml("<R><reservationSet/></R>");
			if (wanted !== null)
				return xml(
					`<R><reservationSet><item><instancesSet>${instance(wanted)}</instancesSet></item></reservationSet></R>`,
				);
			const page = Number(input.get("NextToken") ?? "0");
			const next = page < 2 ? `<nextToken>${page + 1}</nextToken>` : "";
			const two = `<item><instancesSet>${instance(`i-${page}a`)}</instancesSet></item><item><instancesSet>${instance(`i-${page}b`)}</instancesSet></item>`;
			return xml(`<R><reservationSet>${two}</reservationSet>${next}</R>`);
		}
		case "RunInstances":
			return xml(`<R><instancesSet>${instance("i-1")}${instance("i-2")}</instancesSet></R>`);
		default:
			return xml("<R><return>true</return></R>");
	}
}

function cborless(name: string) {
	return ({ action, body, path, method }: LocalRequest): LocalResponse => {
		asked.push({
			action: `${name}:${action === method ? `${method} ${path}` : action}`,
			input: Buffer.from(body).toString(),
		});
		return { body: {} };
	};
}

/** Twelve parameters in one page, of which AWS deletes ten per call, and "p1" never. */
function parameters({ action, body }: LocalRequest): LocalResponse {
	if (action.endsWith("DescribeParameters")) {
		return { body: { Parameters: Array.from({ length: 12 }, (_, index) => ({ Name: `p${index}` })) } };
	}
	const { Names } = JSON.parse(Buffer.from(body).toString()) as { Names: string[] };
	if (Names.length > 10) return { status: 400, body: { __type: "ValidationException", message: "Too many names." } };
	const InvalidParameters = Names.filter((name) => name === "p1");
	return { body: { DeletedParameters: Names.filter((name) => name !== "p1"), InvalidParameters } };
}

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({
		tenants: 1,
		handlers: {
			ec2: ec2Answer,
			s3: s3With(2_500, ["000007", "001500"]),
			glacier: cborless("glacier"),
			monitoring: cborless("cloudwatch"),
			ssm: parameters,
		},
	});
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	asked.length = 0;
	all.seen.length = 0;
});

const actions = (): string[] => asked.map(({ action }) => action);
const inputs = (): string[] =>
	asked.map(({ input }) => input.replace(/^(Action|Version)=[^&]*&(Version=[^&]*&?)?/, ""));

describe("attributes", () => {
	test("are refused by name before they are loaded", async () => {
		const instance = ec2.Instance("i-1");
		expect(() => instance.state).toThrow(ResourceNotLoadedError);
		expect(() => instance.state).toThrow(
			'Cannot read "state" of ec2.Instance because it isn\'t loaded: call `await resource.load()` first, or `await resource.get("state")`.',
		);
		expect(() => instance.vpc).toThrow(/Cannot read "vpc" .*: call `await resource\.load\(\)` first\.$/);
		expect(() => s3.ObjectVersion("b", "k", "1").size).toThrow(
			"because it isn't loaded: AWS has no operation to load it, so get it from a collection or an action.",
		);
		const error = await failure(Promise.resolve().then(() => instance.state));
		expect(error).toBeInstanceOf(AwsScopeError);
		expect(error).toMatchObject({ name: "ResourceNotLoadedError", code: "RESOURCE_NOT_LOADED" });
		expect(asked).toEqual([]);
	});

	test("are there once they are loaded; identifiers always are", async () => {
		const instance = ec2.Instance("i-1");
		expect([instance.id, instance.instanceId]).toEqual(["i-1", "i-1"]);
		expect(await instance.load()).toBe(instance);
		expect([instance.imageId, instance.state?.Name, instance.publicIpAddress]).toEqual(["ami-1", "running", undefined]);
		expect(inputs()).toEqual(["InstanceId.1=i-1"]);
	});

	test("are loaded on demand by get(), and again after an action", async () => {
		const instance = ec2.Instance("i-1");
		expect(await instance.get("imageId")).toBe("ami-1");
		expect(await instance.get("vpcId")).toBe("vpc-1");
		expect(await instance.get("id" as never)).toBe("i-1");
		expect(actions()).toEqual(["DescribeInstances"]);
		await instance.stop();
		expect(instance.state?.Name).toBe("running");
		await instance.get("state");
		expect(actions()).toEqual(["DescribeInstances", "StopInstances", "DescribeInstances"]);
		await instance.describeAttribute({ Attribute: "kernel" });
		await instance.get("state");
		expect(actions().slice(3)).toEqual(["DescribeInstanceAttribute"]);
	});

	test("that do not exist are refused before anything is sent", async () => {
		const error = await failure(ec2.Instance("i-1").get("sate" as never));
		expect(error).toBeInstanceOf(errors.InvalidOptionError);
		expect(error.message).toBe("ec2.Instance has no attribute 'sate'.");
		expect(asked).toEqual([]);
	});

	test("of what AWS does not know are refused by name", async () => {
		const error = await failure(ec2.Instance("i-none").load());
		expect(error).toBeInstanceOf(ResourceNotFoundError);
		expect(error.message).toBe("AWS has no ec2.Instance(id: 'i-none'); check its identifiers, session and region.");
	});

	test("an action called get is beside the one that reads an attribute", async () => {
		const object = s3.Object("b", "k");
		expect(await object.get("contentLength")).toBe(7);
		expect(await (await object.get()).Body?.transformToString()).toMatch(/^\d{12}$/);
		const summary = await s3.ObjectSummary("b", "k").load();
		expect([summary.size, summary.eTag]).toEqual([7, '"e"']);
	});
});

describe("identifiers", () => {
	test("that are missing are refused before anything is sent", () => {
		expect(() => s3.Object("b", undefined as never)).toThrow(
			"s3.Object requires its key as a string, but got undefined.",
		);
		expect(() => s3.Object("b", { region: "eu-west-1" } as never)).toThrow(errors.InvalidOptionError);
		expect(() => s3.Bucket("b").Object(undefined as never)).toThrow(errors.InvalidOptionError);
		const bucket = s3.Bucket("b");
		expect(() => Reflect.apply(bucket.Object, bucket, ["k", "more"])).toThrow("Object() takes 1 identifier, not 2.");
	});

	test("what the resource fills in cannot be given", async () => {
		const error = await failure(ec2.Instance("i-1").stop({ InstanceIds: ["i-2"] } as never));
		expect(error.message).toBe(
			"ec2.Instance.stop() fills in InstanceIds; omit it, or call the operation with the client.",
		);
		expect(() => s3.Bucket("b").objects.filter({ Bucket: "other" } as never)).toThrow(
			"s3.Bucket.objects.filter() fills in Bucket; omit it, or call the operation with the client.",
		);
		expect(asked).toEqual([]);
	});
});

describe("actions", () => {
	test("send what the resource fills in beside what the caller gives", async () => {
		await ec2.Instance("i-1").stop({ Force: true });
		expect(inputs()).toEqual(["InstanceId.1=i-1&Force=true"]);
	});

	test("fill in parts of what the caller gives", async () => {
		await glacier
			.Archive("-", "vault", "archive-1")
			.initiateArchiveRetrieval({ jobParameters: { Tier: "Bulk" } })
			.catch(() => {});
		expect(JSON.parse(asked[0]?.input as string)).toEqual({
			Type: "archive-retrieval",
			ArchiveId: "archive-1",
			Tier: "Bulk",
		});
		const error = await failure(
			glacier.Archive("-", "vault", "a").initiateArchiveRetrieval({ jobParameters: { Type: "select" } } as never),
		);
		expect(error.message).toContain("fills in Type;");
	});

	test("give resources, with their attributes where the answer has them", async () => {
		const made = await ec2().createInstances({ ImageId: "ami-1", MinCount: 2, MaxCount: 2 });
		expect(made.map((instance) => [instance.id, instance.state?.Name])).toEqual([
			["i-1", "running"],
			["i-2", "running"],
		]);
		const tags = await made[0]?.createTags({
			Tags: [
				{ Key: "a", Value: "1" },
				{ Key: "b", Value: "" },
			],
		});
		expect(tags?.map((tag) => [tag.resourceId, tag.key, tag.value])).toEqual([
			["i-1", "a", "1"],
			["i-1", "b", ""],
		]);
	});
});

test("references lead from data, parts from identifiers", async () => {
	const instance = await ec2.Instance("i-1").load();
	expect(instance.vpc?.id).toBe("vpc-1");
	expect(instance.subnet).toBeUndefined();
	expect(instance.networkInterfaces.map(({ id }) => id)).toEqual(["eni-1", "eni-2"]);
	expect(s3.Bucket("b").Object("k").Version("1").id).toBe("1");
	expect(s3.Object("b", "k").Bucket().name).toBe("b");
});

describe("collections", () => {
	test("ask for a page when it is read, and for no more than that", async () => {
		const list = ec2().instances.all();
		expect(asked).toEqual([]);
		const ids: string[] = [];
		for await (const { id } of list) {
			ids.push(id);
			if (ids.length === 3) break;
		}
		expect(ids).toEqual(["i-0a", "i-0b", "i-1a"]);
		expect(asked).toHaveLength(2);
		expect((await list.toArray()).map(({ id }) => id)).toEqual(["i-0a", "i-0b", "i-1a", "i-1b", "i-2a", "i-2b"]);
	});

	test("are limited, paged and filtered", async () => {
		expect(await ec2().instances.limit(3).toArray()).toHaveLength(3);
		expect(asked).toHaveLength(2);
		expect(await ec2().instances.limit(0).toArray()).toEqual([]);
		expect(asked).toHaveLength(2);
		const sizes: number[] = [];
		for await (const page of ec2().instances.limit(3).pages()) sizes.push(page.length);
		expect(sizes).toEqual([2, 1]);
		asked.length = 0;
		await ec2()
			.instances.pageSize(5)
			.filter({ Filters: [{ Name: "a", Values: ["1"] }] })
			.filter({ Filters: [{ Name: "b", Values: ["2"] }] })
			.limit(1)
			.toArray();
		expect(inputs()).toEqual(["Filter.1.Name=a&Filter.1.Value.1=1&Filter.2.Name=b&Filter.2.Value.1=2&MaxResults=5"]);
		expect(() => ec2().instances.limit(-1)).toThrow("ec2.instances.limit() takes a whole number, not -1.");
	});

	test("add the caller's filters to those of the resource", async () => {
		await ec2
			.Vpc("vpc-1")
			.instances.filter({ Filters: [{ Name: "a", Values: ["1"] }] })
			.limit(1)
			.toArray();
		expect(inputs()).toEqual(["Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&Filter.2.Name=a&Filter.2.Value.1=1"]);
	});

	test("give their items in order to readers that do not wait", async () => {
		const items = s3.Bucket("b").objects.pageSize(2).limit(5)[Symbol.asyncIterator]();
		const steps = await Promise.all(Array.from({ length: 7 }, () => items.next()));
		expect(steps.map(({ value }) => value?.key)).toEqual([
			"000000",
			"000001",
			"000002",
			"000003",
			"000004",
			undefined,
			undefined,
		]);
	});

	test("go on at the last key where S3 gives no marker", async () => {
		const keys = (await s3.Bucket("b").objects.toArray()).map(({ key }) => key);
		expect(keys).toHaveLength(2_500);
		expect(new Set(keys).size).toBe(2_500);
		expect(all.seen).toHaveLength(3);
	});
});

describe("batch actions", () => {
	test("act page by page and give every answer", async () => {
		const answers = await ec2().instances.filter({}).stop({ Force: true });
		expect(answers).toHaveLength(3);
		expect(inputs().filter((input) => input.includes("Force"))).toEqual([
			"InstanceId.1=i-0a&InstanceId.2=i-0b&Force=true",
			"InstanceId.1=i-1a&InstanceId.2=i-1b&Force=true",
			"InstanceId.1=i-2a&InstanceId.2=i-2b&Force=true",
		]);
	});

	test("delete objects by the thousand, and list all that AWS refused", async () => {
		const error = await failure(s3.Bucket("b").objects.all().delete());
		expect(error).toBeInstanceOf(BatchError);
		const { failures, answers, message } = error as BatchError;
		expect(failures.map(({ code, entry }) => [code, (entry as { Key?: string }).Key])).toEqual([
			["AccessDenied", "000007"],
			["AccessDenied", "001500"],
		]);
		expect(answers).toHaveLength(3);
		expect(message).toBe(
			's3.Bucket.objects.delete() failed in part: AWS rejected 000007 (AccessDenied), 001500 (AccessDenied); see "failures" for all of them.',
		);
		expect(all.seen.filter(({ action }) => action === "POST")).toHaveLength(3);
	});

	test("list the parameters that Systems Manager didn't delete, of which it returns only the names", async () => {
		const error = await failure(ssm().parameters.delete());
		expect(error).toBeInstanceOf(BatchError);
		expect((error as BatchError).failures.map(({ entry }) => entry)).toEqual([{ Name: "p1" }]);
		// A page may have more than the ten that one call takes.
		expect(
			(error as BatchError).answers.map((answer) => (answer as { DeletedParameters: [] }).DeletedParameters),
		).toEqual([
			["p0", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"],
			["p10", "p11"],
		]);
	});

	test("send nothing for an empty list", async () => {
		expect(await s3.Bucket("b").objects.filter({ Prefix: "none" }).delete()).toEqual([]);
		expect(all.seen.map(({ action }) => action)).toEqual(["GET"]);
	});
});

test("the client is the real one, warm and shared", () => {
	expect(s3.Bucket("b").client).toBe(s3().client);
	expect(cloudwatch.Alarm("a").client).toBe(cloudwatch("us-east-1").client);
	expect(dynamodb.Table("t", "eu-west-1").client).not.toBe(dynamodb.Table("t").client);
});
