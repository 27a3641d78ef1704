/** The declarations as they ship, in an application that checks its libraries and has installed one SDK package only. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const application = realpathSync(mkdtempSync(join(tmpdir(), "aws-scope-types-")));
const TSC = join(repository, "node_modules/typescript/bin/tsc");

/** What the compiler printed; nothing when all is well. */
function tsc(cwd: string, ...args: string[]): string {
	try {
		return execFileSync(process.execPath, [TSC, "--pretty", "false", ...args], { cwd, encoding: "utf8" });
	} catch (error) {
		return String((error as { stdout?: unknown }).stdout ?? error);
	}
}

function write(path: string, content: string): string {
	const file = join(application, path);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, content);
	return file;
}

/** Checks one program against the declarations; `kind` is the module system and its resolution. */
function check(file: string, kind: "nodenext" | "bundler"): string {
	const module = kind === "bundler" ? "esnext" : kind;
	const options = ["--module", module, "--moduleResolution", kind, "--skipLibCheck", "false", "--target", "es2022"];
	return tsc(application, "--noEmit", "--strict", "--types", "node", ...options, file);
}

const PROGRAM = `import { clients } from "aws-scope";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
export const client: DynamoDB = clients.dynamodb("eu-central-1");
// @ts-expect-error the class is no any
client.noSuchOperation();
`;

beforeAll(() => {
	const emit = write(
		"tsconfig.emit.json",
		JSON.stringify({
			extends: join(repository, "tsconfig.json"),
			compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: repository, paths: {} },
			include: [],
			files: [join(repository, "src/client/service-types.ts")],
		}),
	);
	const index = `import type { Clients } from "./src/client/service-types.js";\nexport declare const clients: Clients;\n`;
	for (const [directory, type] of [
		["esm", "module"],
		["cjs", "commonjs"],
	]) {
		const target = `node_modules/aws-scope/${directory}`;
		tsc(repository, "-p", emit, "--outDir", join(application, target));
		write(`${target}/package.json`, JSON.stringify({ type }));
		write(`${target}/index.d.ts`, index);
	}
	const exports = { import: { types: "./esm/index.d.ts" }, require: { types: "./cjs/index.d.ts" } };
	write("node_modules/aws-scope/package.json", JSON.stringify({ name: "aws-scope", exports: { ".": exports } }));
	mkdirSync(join(application, "node_modules/@aws-sdk"));
	for (const name of ["@aws-sdk/client-dynamodb", "@smithy", "@types", "lru-cache"]) {
		symlinkSync(join(repository, "node_modules", name), join(application, "node_modules", name));
	}
}, 120_000);

afterAll(() => rmSync(application, { recursive: true, force: true }));

it.each([
	["an ES module", "use.mts", "nodenext"],
	["a CommonJS module", "use.cts", "nodenext"],
	["a bundler", "use.ts", "bundler"],
] as const)("hundreds of packages that are not installed are no error for %s", (_, file, kind) => {
	write(file, PROGRAM);
	expect(check(file, kind)).toBe("");
});

it("an accessor whose package is not installed names it", () => {
	write("missing.mts", `import { clients } from "aws-scope";\nclients.s3();\nclients.dynamodbDocument();\n`);
	const printed = check("missing.mts", "nodenext");
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/client-s3">' has no call signatures`);
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/lib-dynamodb">' has no call signatures`);
	expect(printed.match(/error TS/g)).toHaveLength(2);
});
