/** The shipped declarations compile in applications of both kinds. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { apiSnapshot } from "../../scripts/checks/api.js";
import { entries, ROOT } from "../../scripts/entries.js";
import { CONSUMER, INSTALLED } from "./pack.js";

const TSC = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/** Names every public type and value, so that one that the declarations lost does not compile. */
function program(): string {
	const promised = apiSnapshot();
	return entries()
		.map(({ specifier, subpath }, index) => {
			const { values = [], types = [] } = promised[subpath] ?? {};
			const named = [...values, ...types.map((name) => `type ${name}`)].map((name) =>
				name.replace(/(\w+)$/, `$1 as $1_${index}`),
			);
			const uses = values.map((name) => `void ${name}_${index};`).join(" ");
			return `import { ${named.join(", ")} } from "${specifier}";\n${uses}`;
		})
		.join("\n");
}

function compile(file: string): string {
	const options = [
		"--ignoreConfig",
		"--noEmit",
		"--strict",
		"--module",
		"nodenext",
		"--target",
		"es2022",
		"--skipLibCheck",
		"--pretty",
		"false",
	];
	const types = ["--types", "node", "--typeRoots", `${ROOT}node_modules/@types`];
	try {
		return execFileSync(process.execPath, [TSC, ...options, ...types, file], { cwd: CONSUMER, encoding: "utf8" });
	} catch (error) {
		return String((error as { stdout?: unknown }).stdout ?? error);
	}
}

test.each(["mts", "cts"])("every public name compiles in a .%s file", (extension) => {
	writeFileSync(`${CONSUMER}names.${extension}`, program());
	expect(compile(`names.${extension}`)).toBe("");
});

test.each(["mts", "cts"])("an accessor has the type of its client in a .%s file, and only that", (extension) => {
	const good = `import { clients } from "aws-scope";
		import type { DynamoDB } from "@aws-sdk/client-dynamodb";
		export const client: DynamoDB = clients.dynamodb("eu-central-1");\n`;
	const bad = good.replace("client: DynamoDB", "client: number");
	writeFileSync(`${CONSUMER}typed.${extension}`, good);
	writeFileSync(`${CONSUMER}mistyped.${extension}`, bad);
	expect(compile(`typed.${extension}`)).toBe("");
	expect(compile(`mistyped.${extension}`)).toContain("is not assignable to type 'number'");
});

const count = (text: string) => text.split("@ts-ignore").length - 1;

test("the comments that make the types of missing packages harmless are shipped", () => {
	const source = count(readFileSync(`${ROOT}src/client/service-types.ts`, "utf8"));
	expect(source).toBeGreaterThan(100);
	for (const format of ["esm", "cjs"]) {
		const shipped = readFileSync(`${INSTALLED}dist/${format}/types/src/client/service-types.d.ts`, "utf8");
		expect(count(shipped)).toBe(source);
	}
});

test.each(
	readdirSync(`${ROOT}resources`, { recursive: true, encoding: "utf8" })
		.map((file) => `resources/${file.replaceAll("\\", "/")}`)
		.filter((file) => file.endsWith(".ts") && /^\/\*\* @ts-ignore/m.test(readFileSync(ROOT + file, "utf8"))),
)("the declarations of %s are harmless without the package of the service", (file) => {
	const wanted = count(readFileSync(ROOT + file, "utf8").replace(/^\/\/.*/gm, ""));
	for (const format of ["esm", "cjs"]) {
		const shipped = `${INSTALLED}dist/${format}/types/${file.replace(/\.ts$/, ".d.ts")}`;
		expect(count(readFileSync(shipped, "utf8"))).toBe(wanted);
	}
});
