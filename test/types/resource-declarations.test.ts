/** The declarations of resources, in an application that checks its libraries and uses S3 alone. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tsc } from "./consumer.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const root = realpathSync(mkdtempSync(join(tmpdir(), "aws-scope-types-")));
const write = (file: string, text: string): void => writeFileSync(join(root, file), text);

beforeAll(() => {
	write(
		"tsconfig.emit.json",
		JSON.stringify({
			extends: join(repository, "tsconfig.build.json"),
			compilerOptions: {
				outDir: join(root, "library"),
				rootDir: repository,
				typeRoots: [join(repository, "node_modules/@types")],
			},
			include: [],
			files: [join(repository, "resources/index.ts")],
		}),
	);
	expect(tsc(root, ["-p", "tsconfig.emit.json"])).toBe("");
	mkdirSync(join(root, "node_modules/@aws-sdk"), { recursive: true });
	write("package.json", JSON.stringify({ type: "module" }));
	for (const name of ["@smithy", "@types", "@aws-sdk/client-s3"]) {
		symlinkSync(join(repository, "node_modules", name), join(root, "node_modules", name));
	}
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const check = (text: string): string => {
	write("use.ts", text);
	const options = [
		"--module",
		"nodenext",
		"--target",
		"es2023",
		"--lib",
		"es2023,esnext.disposable",
		"--types",
		"node",
	];
	return tsc(root, ["--noEmit", "--strict", "--skipLibCheck", "false", ...options, "use.ts"]);
};

it("the services whose packages are missing are no error", () => {
	expect(
		check(`import { s3, type S3 } from "./library/resources/index.js";
export const names = async (bucket: S3.Bucket): Promise<string[]> => {
	const found: string[] = [];
	for await (const object of bucket.objects.filter({ Prefix: "2026/" })) found.push(object.key);
	return found;
};
export const size: Promise<number | undefined> = s3.Object("bucket", "key").get("contentLength");
// @ts-expect-error the attributes are known
s3.Bucket("b").noSuchAttribute;
// @ts-expect-error an identifier is missing
s3.Object("bucket");
`),
	).toBe("");
});

it("a service whose package is missing names it", () => {
	const printed = check(`import { dynamodb, ec2 } from "./library/resources/index.js";
ec2().instances;
dynamodb.Table("orders");
`);
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/client-ec2">' has no call signatures`);
	expect(printed).toContain(`does not exist on type 'MissingSdkPackage<"@aws-sdk/client-dynamodb">'`);
	expect(printed.match(/error TS/g)).toHaveLength(2);
});
