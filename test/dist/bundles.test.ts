/** Bundled and minified applications sign as the role of their scope, with the SDK inside, beside them or in NODE_PATH. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../local-aws/index.js";
import { ROOT } from "../../scripts/entries.js";
import { s3With } from "../resources/objects.js";
import { BUNDLERS } from "./bundlers.js";
import { CONSUMER, INSTALLED } from "./pack.js";

const TENANT = "222222222222";
const FORMATS = { esm: "mjs", cjs: "cjs" } as const;
type Format = keyof typeof FORMATS;

/** Far from every `node_modules`, as `/var/task` is. */
const FAR = realpathSync(mkdtempSync(`${tmpdir()}/aws-scope-bundles-`));

let aws: LocalAws;
beforeAll(async () => {
	aws = await startLocalAws({
		accounts: ["111111111111", TENANT],
		handlers: {
			dynamodb: ({ action, identity }) =>
				action === "GetItem"
					? { body: { Item: { account: { S: identity.accountId } } } }
					: { body: { TableNames: [identity.accountId] } },
			s3: s3With(2),
		},
	});
});
afterAll(async () => {
	await aws.close();
	rmSync(FAR, { recursive: true, force: true });
});

const REGISTER = `
	import { DynamoDB } from "@aws-sdk/client-dynamodb";
	import { S3 } from "@aws-sdk/client-s3";
	import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
	import { registerClients } from "aws-scope";
	registerClients({ dynamodb: DynamoDB, dynamodbDocument: DynamoDBDocument, s3: S3 });
`;

const APPLICATION = `
	import { accountSessions, clients, runInAwsScope } from "aws-scope";
	import { dynamodb, s3 } from "aws-scope/resources";
	const accounts = accountSessions({ role: "orders" });
	const missing = () => { try { clients.kinesis(); } catch (error) { return error.message; } };
	runInAwsScope({ account: "${TENANT}", accounts }, async () => ({
		tables: (await clients.dynamodb("eu-central-1").listTables({})).TableNames,
		item: (await clients.dynamodbDocument().get({ TableName: "orders", Key: { id: "1" } })).Item,
		caller: (await accounts("${TENANT}").whoami()).account,
		missing: missing(),
		resource: (await dynamodb.Table("orders").getItem({ Key: { id: "1" } })).Item,
		objects: (await s3.Bucket("bucket").objects.toArray()).map(({ key }) => key),
		uploaded: (await s3.Object("bucket", "key").uploadFileobj("text")).$metadata.httpStatusCode,
		presigned: new URL(await s3.Object("bucket", "key").presignedUrl()).searchParams.get("X-Amz-Expires"),
	})).then((found) => process.stdout.write(JSON.stringify(found)));
`;

const SIGNED = {
	tables: [TENANT],
	item: { account: TENANT },
	caller: TENANT,
	resource: { account: TENANT },
	objects: ["000000", "000001"],
	uploaded: 200,
	presigned: "900",
};
const IN_BUNDLE = expect.stringMatching(
	/call `registerClients\(\{ kinesis: .*or run `npm install @aws-sdk\/client-kinesis`/,
);

/** Writes and bundles an application; returns the file. */
async function bundled(bundler: string, format: Format, folder: string, code: string, external: string[] = []) {
	const name = `${bundler}-${external.length}`;
	const entry = `${CONSUMER}${name}-${format}-entry.mjs`;
	writeFileSync(entry, code);
	const file = `${folder}/${name}.${FORMATS[format]}`;
	await BUNDLERS[bundler]?.({ entry, file, format, external });
	return file;
}

async function run(file: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
	const { PATH = "" } = process.env;
	const all = { PATH, HOME: FAR, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...aws.env, ...env };
	const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: FAR, env: all });
	return JSON.parse(stdout);
}

describe.each(Object.keys(BUNDLERS))("%s", (bundler) => {
	describe.each(Object.keys(FORMATS) as Format[])("to %s", (format) => {
		test("with the SDK inside, registered", async () => {
			const file = await bundled(bundler, format, FAR, REGISTER + APPLICATION);
			expect(await run(file)).toEqual({ ...SIGNED, missing: IN_BUNDLE });
		});

		test("with the SDK left out and installed beside the bundle", async () => {
			const file = await bundled(bundler, format, CONSUMER, APPLICATION, ["@aws-sdk/", "@smithy/"]);
			expect(await run(file)).toMatchObject(SIGNED);
		});

		// What CDK's NodejsFunction leaves out, without and with its feature flag for @smithy.
		test.each([[["@aws-sdk/"]], [["@aws-sdk/", "@smithy/"]]])(
			"with %j found by NODE_PATH, as in Lambda",
			async (out) => {
				const file = await bundled(bundler, format, FAR, APPLICATION, out);
				expect(await run(file, { NODE_PATH: `${ROOT}node_modules` })).toEqual({ ...SIGNED, missing: IN_BUNDLE });
			},
		);
	});
});

describe.each(Object.entries(FORMATS))("a zip without the SDK, as %s", (format, extension) => {
	test("finds the SDK by NODE_PATH, as in Lambda", async () => {
		const task = `${FAR}/task`;
		mkdirSync(`${task}/node_modules`, { recursive: true });
		cpSync(INSTALLED, `${task}/node_modules/aws-scope`, { recursive: true });
		const file = `${task}/index.${extension}`;
		writeFileSync(
			file,
			format === "esm" ? APPLICATION : APPLICATION.replace(/import (.*) from (.*);/g, "const $1 = require($2);"),
		);
		const missing = expect.stringMatching(/not installed: run `npm install @aws-sdk\/client-kinesis`/);
		expect(await run(file, { NODE_PATH: `${ROOT}node_modules` })).toEqual({ ...SIGNED, missing });
	});
});
