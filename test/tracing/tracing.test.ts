/** OpenTelemetry's and X-Ray's instrumentation of clients: right parents, and whose request it was. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ROLE, tenant } from "../helpers/aws.js";
import type { Traced } from "./app.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TENANTS = [tenant(0), tenant(1), tenant(2)];
const after = (account: string): string => TENANTS[(TENANTS.indexOf(account) + 1) % 3] as string;

async function traced(kind: "otel" | "xray"): Promise<Traced[]> {
	const hooks = ["./scripts/ts.mjs", "./test/examples/from-source.mjs"].flatMap((hook) => ["--import", hook]);
	const args = [...hooks, "test/tracing/app.ts", kind];
	const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
	return JSON.parse(stdout.slice(stdout.lastIndexOf("\n", stdout.length - 2) + 1)) as Traced[];
}

describe("OpenTelemetry", () => {
	test("each request's span has the tenant's span as its parent, and its account and role", async () => {
		const spans = await traced("otel");
		const requests = spans.filter(({ name }) => name.startsWith("DynamoDB."));
		for (const account of TENANTS) {
			const own = requests.filter(({ parent }) => parent === account);
			expect(
				own.map(({ name, attributes }) => [name, attributes["cloud.account.id"], attributes["aws.role_arn"]]),
			).toEqual(
				[
					["DynamoDB.DescribeTable", account],
					["DynamoDB.DescribeTable", account],
					["DynamoDB.GetItem", account],
					["DynamoDB.DescribeTable", after(account)],
				].map(([name, of]) => [name, of, `arn:aws:iam::${of}:role/${ROLE}`]),
			);
		}
		expect(requests).toHaveLength(12);
	});
});

describe("X-Ray", () => {
	test("each request is a part of the tenant's segment, with onClient and with a captured following client", async () => {
		const parts = await traced("xray");
		for (const account of TENANTS) {
			const own = parts.filter(({ parent }) => parent === account);
			expect(own.map(({ attributes }) => attributes["operation"])).toEqual([
				"DescribeTable",
				"DescribeTable",
				"GetItem",
				"DescribeTable",
			]);
		}
		expect(parts).toHaveLength(12);
	});
});
