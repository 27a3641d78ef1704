/** An application in a temporary directory that sees this library's declarations and only the packages it is given. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const OWN_COMPILER = join(repository, "node_modules/typescript/bin/tsc");

/** What the compiler printed; nothing when all is well. */
export function tsc(cwd: string, args: readonly string[], compiler = OWN_COMPILER): string {
	try {
		return execFileSync(process.execPath, [compiler, "--pretty", "false", ...args], { cwd, encoding: "utf8" });
	} catch (error) {
		return String((error as { stdout?: unknown }).stdout ?? error);
	}
}

export class Consumer {
	readonly root = realpathSync(mkdtempSync(join(tmpdir(), "aws-scope-types-")));

	/**
	 * @param packages what the application has installed, out of what this repository has
	 * @param resources whether it also sees the declarations of `aws-scope/resources`
	 */
	constructor(packages: readonly string[], { resources = false } = {}) {
		const emit = this.write(
			"tsconfig.emit.json",
			JSON.stringify({
				extends: join(repository, "tsconfig.json"),
				compilerOptions: {
					noEmit: false,
					declaration: true,
					emitDeclarationOnly: true,
					rootDir: repository,
					paths: {},
				},
				include: [],
				files: [
					join(repository, "src/client/service-types.ts"),
					...(resources ? [join(repository, "resources/index.ts")] : []),
				],
			}),
		);
		const index = `import type { Clients } from "./src/client/service-types.js";\nexport declare const clients: Clients;\n`;
		const emitted = join(this.root, "emitted");
		tsc(repository, ["-p", emit, "--outDir", emitted]);
		for (const [directory, type] of [
			["esm", "module"],
			["cjs", "commonjs"],
		]) {
			const target = `node_modules/aws-scope/${directory}`;
			cpSync(emitted, join(this.root, target), { recursive: true });
			this.write(`${target}/package.json`, JSON.stringify({ type }));
			this.write(`${target}/index.d.ts`, index);
			if (resources) this.write(`${target}/resources.d.ts`, `export * from "./resources/index.js";\n`);
		}
		const entry = (name: string) => ({
			import: { types: `./esm/${name}.d.ts` },
			require: { types: `./cjs/${name}.d.ts` },
		});
		const exports = { ".": entry("index"), ...(resources && { "./resources": entry("resources") }) };
		this.write("node_modules/aws-scope/package.json", JSON.stringify({ name: "aws-scope", exports }));
		mkdirSync(join(this.root, "node_modules/@aws-sdk"));
		for (const name of ["@smithy", "@types", ...packages]) {
			symlinkSync(join(repository, "node_modules", name), join(this.root, "node_modules", name));
		}
	}

	write(path: string, content: string): string {
		const file = join(this.root, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, content);
		return file;
	}

	remove(): void {
		rmSync(this.root, { recursive: true, force: true });
	}
}
