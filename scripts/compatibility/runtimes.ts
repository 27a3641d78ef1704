/** Runs the tests of the core on each runtime. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "../entries.js";
import { nodeBinary } from "../node-binary.js";

/** What the tests said on one runtime. */
export interface Run {
	readonly runtime: string;
	readonly passed: number;
	/** The files with a test that failed, with how many. */
	readonly failed: ReadonlyMap<string, number>;
}

/** Scopes, sessions, accessors, clients and the cache. */
const TESTS = ["test/scope", "test/accessors", "test/session", "test/client", "test/cache"];
const VITEST = `${ROOT}node_modules/vitest/vitest.mjs`;
const FOLDER = `${ROOT}.cache/runtimes`;

interface Report {
	readonly testResults: readonly {
		readonly name: string;
		readonly assertionResults: readonly { readonly status: string }[];
	}[];
}

/** Node, Bun and Deno. */
export function runAll(): Run[] {
	return [
		...["20", "22", "24"].map((major) => run("Node", nodeBinary(major), [])),
		run("Bun", other("bun", "@oven/bun-linux-x64/bin/bun"), ["--bun"]),
		run("Deno", other("deno", "@deno/linux-x64-glibc/deno"), ["run", "-A"]),
	];
}

function run(name: string, binary: string, options: readonly string[]): Run {
	const version = execFileSync(binary, ["--version"], { encoding: "utf8" }).match(/\d+\.\d+\.\d+/)?.[0];
	const outputFile = `${FOLDER}/${name}.json`;
	mkdirSync(FOLDER, { recursive: true });
	spawnSync(
		binary,
		[...options, VITEST, "run", "--project", "main", "--reporter=json", `--outputFile=${outputFile}`, ...TESTS],
		{ cwd: ROOT, stdio: "ignore" },
	);
	const { testResults } = JSON.parse(readFileSync(outputFile, "utf8")) as Report;
	const failed = new Map<string, number>();
	let passed = 0;
	for (const { name: file, assertionResults } of testResults) {
		const count = assertionResults.filter(({ status }) => status === "failed").length;
		passed += assertionResults.filter(({ status }) => status === "passed").length;
		if (count > 0) failed.set(file.slice(ROOT.length), count);
	}
	return { runtime: `${name} ${version}`, passed, failed };
}

/** Bun and Deno, whose npm packages have their binaries. */
function other(name: string, path: string): string {
	const folder = `${FOLDER}/${name}`;
	if (!existsSync(`${folder}/node_modules/${path}`)) {
		mkdirSync(folder, { recursive: true });
		writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true }));
		const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--silent"];
		execFileSync("npm", ["install", ...options, name], { cwd: folder, stdio: "inherit" });
	}
	return `${folder}/node_modules/${path}`;
}
