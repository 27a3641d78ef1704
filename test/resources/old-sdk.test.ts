/** An SDK that is older than the definitions: what it lacks is named, and nothing is sent. */

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cloudwatchLogs, ec2, s3 } from "../../resources/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => all.aws.resetCounts());

/** Takes a method away from a resource's client, which is of no other test: its options are its own. */
function without<Resource extends { readonly client: object }>(resource: Resource, method: string): Resource {
	Object.defineProperty(resource.client, method, { value: undefined });
	return resource;
}

const options = (method: string) => ({ session: all.accounts(A), userAgentAppId: method });

test.each([
	["@aws-sdk/client-s3", "waitUntilBucketExists", () => bucket("waitUntilBucketExists").waitUntilExists()],
	["@aws-sdk/client-s3", "createBucket", () => bucket("createBucket").create()],
	["@aws-sdk/client-s3", "listObjects", () => bucket("listObjects").objects.toArray()],
	["@aws-sdk/client-ec2", "describeInstances", () => instance("describeInstances").load()],
	["@aws-sdk/client-cloudwatch-logs", "deleteLogGroup", () => logGroup("deleteLogGroup").delete()],
])("a %s that has no %s()", async (packageName, method, call) => {
	const error = await failure(call);
	expect(error).toMatchObject({ code: "MISSING_PACKAGE" });
	expect(error.message).toBe(
		`The installed ${packageName} is too old and has no ${method}(): run \`npm install ${packageName}@latest\`.`,
	);
	expect(all.aws.stats().requests).toBe(0);
});

const bucket = (method: string) => without(s3.Bucket("bucket", options(method)), method);
const instance = (method: string) => without(ec2.Instance("i-1", options(method)), method);
const logGroup = (method: string) => without(cloudwatchLogs.LogGroup("group", options(method)), method);
