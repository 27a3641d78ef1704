/** Real directories of an installed application, and processes started in them. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const SOURCE = fileURLToPath(new URL("../../src/client/service-class.ts", import.meta.url));

let builds: Promise<{ esm: string; cjs: string }> | undefined;

async function bundle(format: "esm" | "cjs"): Promise<string> {
	const { output } = await build({ input: SOURCE, platform: "node", write: false, output: { format } });
	return output[0].code;
}

/** The loader as it ships, in both formats; built once per test file. */
const built = () => {
	builds ??= Promise.all([bundle("esm"), bundle("cjs")]).then(([esm, cjs]) => ({ esm, cjs }));
	return builds;
};

export interface RunOptions {
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly flags?: readonly string[];
}

export class Layout {
	readonly root = realpathSync(mkdtempSync(join(tmpdir(), "aws-scope-layout-")));

	path(path: string): string {
		return join(this.root, path);
	}

	file(path: string, content: string): string {
		mkdirSync(dirname(this.path(path)), { recursive: true });
		writeFileSync(this.path(path), content);
		return this.path(path);
	}

	/** `link` shows `target`, both relative to the root of the layout. */
	link(link: string, target: string): void {
		mkdirSync(dirname(this.path(link)), { recursive: true });
		symlinkSync(this.path(target), this.path(link));
	}

	/** An SDK package whose aggregated class says which copy it is. */
	sdk(directory: string, copy: string): void {
		this.file(`${directory}/package.json`, JSON.stringify({ name: "sdk", version: "3.0.0", main: "index.js" }));
		this.file(
			`${directory}/index.js`,
			`class SQSClient {} class SQS extends SQSClient {} SQS.copy = ${JSON.stringify(copy)}; module.exports = { SQSClient, SQS };`,
		);
	}

	/** This library's loader, as an installed package. */
	async library(directory: string): Promise<void> {
		const { esm, cjs } = await built();
		const exports = { import: "./index.mjs", require: "./index.cjs" };
		this.file(`${directory}/package.json`, JSON.stringify({ name: "aws-scope", version: "1.0.0", exports }));
		this.file(`${directory}/index.mjs`, esm);
		this.file(`${directory}/index.cjs`, cjs);
	}

	/** Runs a script of the layout and gives what it printed. */
	run(script: string, options: RunOptions = {}): string {
		return this.node([this.path(script)], options);
	}

	node(args: readonly string[], { cwd = ".", env = {}, flags = [] }: RunOptions = {}): string {
		const { PATH = "" } = process.env;
		return execFileSync(process.execPath, [...flags, ...args], {
			cwd: this.path(cwd),
			env: { PATH, HOME: this.root, ...env },
			encoding: "utf8",
			stdio: ["ignore", "pipe", "pipe"],
		}).trim();
	}

	remove(): void {
		rmSync(this.root, { recursive: true, force: true });
	}
}

/** Prints which copy `clients.sqs` would use, or the error's name and message. */
export const PRINT_COPY = `import { loadServiceClass } from "aws-scope";
try { console.log(loadServiceClass("sqs").copy); } catch (error) { console.log(error.name + ": " + error.message); }`;

/** Prints the same, and whether the application's own import gives the same class. */
export const PRINT_SAME = `import { loadServiceClass } from "aws-scope";
import { SQS } from "@aws-sdk/client-sqs";
const found = loadServiceClass("sqs");
console.log(found.copy, found === SQS);`;

export const PRINT_SAME_CJS = `const { loadServiceClass } = require("aws-scope");
const { SQS } = require("@aws-sdk/client-sqs");
const found = loadServiceClass("sqs");
console.log(found.copy, found === SQS);`;
