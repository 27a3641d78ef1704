import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as s3 from "@aws-sdk/client-s3";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import {
	accessorNames,
	aggregatedClass,
	isAccessorName,
	loadServiceClass,
	packageOfAccessor,
} from "../../src/client/service-class.js";
import { MissingPackageError, UnknownServiceError } from "../../src/errors.js";

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const services: Record<string, string> = JSON.parse(readFileSync(path("scripts/aws-services.json"), "utf8"));

describe("the name of an accessor", () => {
	it("is the package's in camelCase", () => {
		expect(packageOfAccessor("acmPca")).toBe("@aws-sdk/client-acm-pca");
		expect(packageOfAccessor("dynamodb")).toBe("@aws-sdk/client-dynamodb");
		expect(packageOfAccessor("route53")).toBe("@aws-sdk/client-route-53");
		expect(packageOfAccessor("resourceExplorer2")).toBe("@aws-sdk/client-resource-explorer-2");
	});

	it("exists once for every service", () => {
		const named = accessorNames().filter((name) => name !== "dynamodbDocument");
		expect(new Set(named).size).toBe(named.length);
		expect(named.map(packageOfAccessor)).toEqual(Object.keys(services).map((service) => `@aws-sdk/client-${service}`));
	});

	it("can be asked for without loading anything", () => {
		expect(isAccessorName("ec2")).toBe(true);
		expect(isAccessorName("dynamodbDocument")).toBe(true);
		expect(isAccessorName("then")).toBe(false);
		expect(isAccessorName("constructor")).toBe(false);
	});

	it.each([
		["dynamoDB", "dynamodb"],
		["dynamoDBDocument", "dynamodbDocument"],
		["DynamoDb", "dynamodb"],
		["secretManager", "secretsManager"],
		["cloudwatchlogs", "cloudwatchLogs"],
		["client-s3", "s3"],
		["S3", "s3"],
		["sqss", "sqs"],
	])("is suggested for a slip: %s → %s", (wrong, right) => {
		expect(() => packageOfAccessor(wrong)).toThrow(UnknownServiceError);
		expect(() => packageOfAccessor(wrong)).toThrow(`did you mean clients.${right}?`);
	});

	it.each(["frobnicator", "", "hasOwnProperty", "../../etc/passwd", "x".repeat(100_000)])(
		"is explained where nothing is near: %.20s",
		(wrong) => {
			expect(() => packageOfAccessor(wrong)).toThrow(UnknownServiceError);
			expect(() => packageOfAccessor(wrong)).toThrow("in camelCase");
			expect(() => packageOfAccessor(wrong)).toThrow(/^.{0,300}$/);
		},
	);
});

describe("the class of an accessor", () => {
	it("is the aggregated one", () => {
		expect(loadServiceClass("s3")).toBe(s3.S3);
		expect(loadServiceClass("sqs")).toBe(sqs.SQS);
		expect(loadServiceClass("sts")).toBe(sts.STS);
		expect(loadServiceClass("dynamodb")).toBe(dynamodb.DynamoDB);
	});

	it("is found under the name that the types use, for every service", () => {
		for (const name of Object.values(services)) {
			class Plain {}
			class Aggregated extends Plain {}
			const exports = { HttpClient: class {}, Http: class {}, [`${name}Client`]: Plain, [name]: Aggregated };
			expect(aggregatedClass(exports, "@aws-sdk/client-x")).toBe(Aggregated);
		}
	});

	it("is missed by name where a package has none", () => {
		expect(() => aggregatedClass({ FooClient: class {} }, "@aws-sdk/client-foo")).toThrow(
			/@aws-sdk\/client-foo exports no aggregated client class/,
		);
	});

	it("needs its package, and the error names it", () => {
		expect(() => loadServiceClass("acmPca")).toThrow(MissingPackageError);
		expect(() => loadServiceClass("acmPca")).toThrow("npm install @aws-sdk/client-acm-pca");
	});
});

it("the generated files follow from the data", () => {
	expect(() =>
		execFileSync(process.execPath, [path("scripts/generate-services.mjs"), "--check"], { stdio: "pipe" }),
	).not.toThrow();
});
