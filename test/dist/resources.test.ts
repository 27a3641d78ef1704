/** `aws-scope/resources` in applications that have only some of the SDK's packages, with and without a bundler. */

import { execFileSync } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/entries.js";
import { BUNDLERS } from "./bundlers.js";
import { INSTALLED } from "./pack.js";

const FORMATS = { esm: "mjs", cjs: "cjs" } as const;
type Format = keyof typeof FORMATS;

/** Far from the repository's own `node_modules`. */
const FAR = realpathSync(mkdtempSync(`${tmpdir()}/aws-scope-resources-`));
const ALWAYS = ["@smithy", "@aws-sdk/client-sts", "@aws-sdk/credential-providers"];

/** Installs the tarball with these packages of the SDK alone. */
function application(name: string, packages: readonly string[]): string {
	const modules = `${FAR}/${name}/node_modules`;
	mkdirSync(modules, { recursive: true });
	cpSync(INSTALLED, `${modules}/aws-scope`, { recursive: true });
	for (const one of [...ALWAYS, ...packages]) {
		mkdirSync(dirname(`${modules}/${one}`), { recursive: true });
		symlinkSync(`${ROOT}node_modules/${one}`, `${modules}/${one}`, "junction");
	}
	return `${FAR}/${name}`;
}

const asCjs = (code: string): string => code.replace(/import (.*) from (.*);/g, "const $1 = require($2);");

function run(file: string): unknown {
	const env = {
		PATH: process.env["PATH"] ?? "",
		HOME: FAR,
		AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
		AWS_REGION: "eu-central-1",
		AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
		AWS_SECRET_ACCESS_KEY: "example",
	};
	return JSON.parse(execFileSync(process.execPath, [file], { cwd: dirname(file), env, encoding: "utf8" }));
}

const REPORT = `
	const failure = async (call) => { try { await call(); return "done"; } catch ({ code, message }) { return { code, message }; } };
`;
const TRANSFERS = `
	import { s3 } from "aws-scope/resources";
	${REPORT}
	const object = () => s3.Object("bucket", "key");
	(async () => process.stdout.write(JSON.stringify([
		await failure(() => object().uploadFileobj("text")),
		await failure(() => object().presignedUrl()),
	])))();
`;
const ITEMS = `
	import { registerClients } from "aws-scope";
	import { dynamodb, ec2 } from "aws-scope/resources";
	${REPORT}
	const getItem = () => dynamodb.Table("orders").getItem({ Key: { id: "1" } });
	class Documents {
		static from({ config, middlewareStack }) {
			return Object.assign(new Documents(), { config, middlewareStack, get: async () => ({ Item: "found" }) });
		}
		send() {}
		destroy() {}
	}
	(async () => {
		const failures = [await failure(getItem), await failure(() => ec2().instances.toArray())];
		registerClients({ dynamodbDocument: Documents });
		process.stdout.write(JSON.stringify([...failures, await getItem()]));
	})();
`;
const missing = (name: string) => ({
	code: "MISSING_PACKAGE",
	message: expect.stringContaining(`run \`npm install ${name}\``),
});

const apps = { s3: "", dynamodb: "", sqs: "", nothing: "" };
beforeAll(() => {
	apps.s3 = application("s3", ["@aws-sdk/client-s3"]);
	apps.dynamodb = application("dynamodb", ["@aws-sdk/client-dynamodb"]);
	apps.sqs = application("sqs", ["@aws-sdk/client-sqs"]);
	apps.nothing = application("nothing", []);
});
afterAll(() => rmSync(FAR, { recursive: true, force: true }));

describe.each(Object.keys(FORMATS) as Format[])("an application that loads the package as %s", (format) => {
	const write = (folder: string, code: string): string => {
		const file = `${folder}/index.${FORMATS[format]}`;
		writeFileSync(file, format === "esm" ? code : asCjs(code));
		return file;
	};

	test("is told the packages of transfers that are missing", () => {
		expect(run(write(apps.s3, TRANSFERS))).toEqual([
			missing("@aws-sdk/lib-storage"),
			missing("@aws-sdk/s3-request-presigner"),
		]);
	});

	test("is told the packages of services and documents that are missing, and may add one later", () => {
		expect(run(write(apps.dynamodb, ITEMS))).toEqual([
			missing("@aws-sdk/lib-dynamodb"),
			missing("@aws-sdk/client-ec2"),
			{ Item: "found" },
		]);
	});

	test("is told the package of the client that is missing", () => {
		expect(run(write(apps.nothing, TRANSFERS))).toEqual([missing("@aws-sdk/client-s3"), missing("@aws-sdk/client-s3")]);
	});
});

describe.each(Object.keys(BUNDLERS))("%s", (bundler) => {
	test.each(Object.keys(FORMATS) as Format[])(
		"bundles one service to %s, and nothing of the others",
		async (format) => {
			const entry = `${apps.sqs}/${bundler}-entry.mjs`;
			writeFileSync(
				entry,
				`import { sqs } from "aws-scope/resources";\nprocess.stdout.write(JSON.stringify(Object.keys(sqs)));`,
			);
			const file = `${apps.sqs}/${bundler}.${FORMATS[format]}`;
			await BUNDLERS[bundler]?.({
				entry,
				file,
				format,
				external: ["@aws-sdk/client-", "@aws-sdk/credential-", "@smithy/"],
			});
			expect(run(file)).toEqual(["Message", "Queue"]);
			const code = readFileSync(file, "utf8");
			expect(code).toContain("ListQueues");
			expect(code).not.toMatch(/RunInstances|HeadObject|KeyConditionExpression|lib-storage|ListUsers|DescribeStacks/);
		},
	);

	// The CommonJS build cannot be divided: it is bundled whole, with what transfers need left out.
	test.each(["mjs", "cjs"])(
		"builds an .%s application without the packages of transfers, which names them",
		async (kind) => {
			const entry = `${apps.s3}/${bundler}-entry.${kind}`;
			writeFileSync(entry, kind === "mjs" ? TRANSFERS : asCjs(TRANSFERS));
			const file = `${apps.s3}/${bundler}.cjs`;
			await BUNDLERS[bundler]?.({
				entry,
				file,
				format: "cjs",
				external: ["@aws-sdk/client-", "@aws-sdk/credential-", "@smithy/"],
			});
			expect(run(file)).toMatchObject([missing("@aws-sdk/lib-storage"), missing("@aws-sdk/s3-request-presigner")]);
		},
	);
});
