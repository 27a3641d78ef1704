/**
 * Builds `dist/`: ESM and CJS with rolldown, types with tsc. `--js-only` skips the types, for examples and benchmarks.
 * `--js-only --out <folder>` writes to another folder, for tests that run in parallel.
 *
 * Each format is one build of all entries, so that `aws-scope` and `aws-scope/middy` share their code through common
 * chunks. Dependencies stay imports. A dynamic `import()` stays lazy. In the CJS build it becomes `require()`, so the package
 * must also ship CommonJS, because Lambda's nodejs22 can't `require()` an ES module.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { runInNewContext } from "node:vm";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { rolldown } from "rolldown";
import { publicNames } from "./checks/api.js";
import { type Entry, entries, ROOT } from "./entries.js";

const { values: options } = parseArgs({ options: { "js-only": { type: "boolean" }, out: { type: "string" } } });
const withTypes = options["js-only"] !== true;
if (withTypes && options.out !== undefined)
	throw new Error("--out requires --js-only, because types are built into dist/.");
const OUT = options.out ?? `${ROOT}dist`;

/** These are readable without their source maps, which would be a third of the package. */
const WITHOUT_MAP = ["testing", "resources", "eslint", "fan-out", "worker", "acting"];

const FORMATS = { esm: "module", cjs: "commonjs" } as const;

async function buildJavaScript(list: readonly Entry[]): Promise<void> {
	const bundle = await rolldown({
		cwd: ROOT,
		input: Object.fromEntries(list.map(({ name, source }) => [name, source])),
		platform: "node",
		// Everything except our own files.
		external: (id) => !id.startsWith(".") && !id.startsWith("/") && !/^[A-Za-z]:\\/.test(id),
		tsconfig: false,
		transform: { target: "node20.19" },
		// `sideEffects: false` in package.json is for users' bundlers. This build must keep modules that have side effects.
		treeshake: { moduleSideEffects: (id) => id.startsWith(ROOT) },
		onLog(level, log, handler) {
			handler(level === "warn" ? "error" : level, log);
		},
	});
	for (const [directory, type] of Object.entries(FORMATS)) {
		const { output } = await bundle.write({
			dir: `${OUT}/${directory}`,
			format: directory as keyof typeof FORMATS,
			entryFileNames: "[name].js",
			chunkFileNames: "[name].js",
			// One chunk for shared code, so that no bundler can include a part of it without its side effects.
			codeSplitting: { groups: [{ name: "core", test: (id) => id.startsWith(`${ROOT}src/`) }] },
			strict: true,
			// A lazy require(), because Jest's CommonJS mode has no import(), and only require() uses NODE_PATH.
			dynamicImportInCjs: false,
			exports: "named",
			sourcemap: true,
			// The declarations and source maps have the comments. In the code, every cold start would parse them.
			comments: false,
			minify: false,
			minifyInternalExports: false,
		});
		for (const { fileName } of output) {
			if (!fileName.endsWith(".map")) continue;
			if (WITHOUT_MAP.some((name) => fileName === `${name}.js.map`)) rmSync(`${OUT}/${directory}/${fileName}`);
			else shortenMap(`${OUT}/${directory}`, fileName);
		}
		writeFileSync(`${OUT}/${directory}/package.json`, `${JSON.stringify({ type })}\n`);
		for (const name of WITHOUT_MAP) {
			const file = `${OUT}/${directory}/${name}.js`;
			writeFileSync(
				file,
				requireInPlace(compactData(readFileSync(file, "utf8").replace(/\/\/# sourceMappingURL=\S+\s*$/, ""))),
			);
		}
		// One character outside Latin-1 makes V8 store and parse the whole file with two bytes per character.
		const [nonAscii] = /.*\P{ASCII}.*/u.exec(readFileSync(`${OUT}/${directory}/core.js`, "utf8")) ?? [];
		if (nonAscii !== undefined) throw new Error(`The core must be ASCII, but contains: ${nonAscii.trim()}`);
	}
	await bundle.close();
}

/**
 * Bundlers build an application that lacks an optional package only if the `require()` is directly in the `try` block, and
 * not in a callback, where the CommonJS build has it for an `await import()`.
 */
const requireInPlace = (code: string): string =>
	code.replace(/\bawait Promise\.resolve\(\)\.then\(\(\) => (.*\brequire\("[^"]+"\), 1\))\)/g, "$1");

/**
 * Turns the definition of each service into JSON in a string, which is parsed when the service is first used. Importing all
 * of them as objects takes three times as long.
 */
const compactData = (code: string): string =>
	code.replace(/^const (\w+Definition) = (\{\n.*?^\});$/gms, (_, name: string, literal: string) => {
		const json = JSON.stringify(runInNewContext(`(${literal})`)).replace(/[\\']/g, "\\$&");
		return `const ${name} = '${json}';`;
	});

/**
 * Maps lines instead of tokens, and moves the sources to `dist/sources/`, which both formats share. Stack traces and
 * breakpoints stay correct, and the package is a quarter smaller.
 */
function shortenMap(folder: string, fileName: string): void {
	const map = JSON.parse(readFileSync(`${folder}/${fileName}`, "utf8")) as {
		sources: string[];
		sourcesContent: string[];
		mappings: string;
	};
	const lines = decode(map.mappings).map((segments) =>
		segments.filter(([, source, line], index) => {
			const before = segments[index - 1];
			return source !== before?.[1] || line !== before?.[2];
		}),
	);
	const { sourcesContent, ...rest } = map;
	const sources = map.sources.map((source, index) => {
		const path = `sources/${relative(ROOT, join(folder, source)).replaceAll("\\", "/")}`;
		mkdirSync(dirname(`${OUT}/${path}`), { recursive: true });
		writeFileSync(`${OUT}/${path}`, sourcesContent[index] ?? "");
		return `../${path}`;
	});
	writeFileSync(`${folder}/${fileName}`, JSON.stringify({ ...rest, sources, mappings: encode(lines) }));
}

/** Deletes declarations that no entry imports, directly or indirectly. */
function pruneTypes(list: readonly Entry[]): void {
	const directory = `${ROOT}dist/esm/types/`;
	const needed = new Set<string>();
	const follow = (file: string): void => {
		if (needed.has(file)) return;
		needed.add(file);
		const text = readFileSync(directory + file, "utf8");
		for (const [, specifier = ""] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)\.js"/g)) {
			follow(join(dirname(file), `${specifier}.d.ts`));
		}
	};
	for (const { source } of list) follow(source.replace(/\.ts$/, ".d.ts"));
	for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
		if (file.endsWith(".d.ts") && !needed.has(file)) rmSync(directory + file);
	}
}

/** Both formats have the same declarations. The nearest package.json says which format they describe. */
function buildTypes(list: readonly Entry[]): void {
	const tsc = new URL("../node_modules/typescript/bin/tsc", import.meta.url).pathname;
	execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
	pruneTypes(list);
	cpSync(`${ROOT}dist/esm/types`, `${ROOT}dist/cjs/types`, { recursive: true });
	// Next to each entry, where every resolver looks for them.
	for (const { name, source } of list) {
		const from = `from "./types/${source.replace(/\.ts$/, ".js")}";\n`;
		const hasDefault = publicNames(list)[`./${name}`]?.values.includes("default") === true;
		const declaration = `export * ${from}${hasDefault ? `export { default } ${from}` : ""}`;
		for (const format of Object.keys(FORMATS)) writeFileSync(`${ROOT}dist/${format}/${name}.d.ts`, declaration);
	}
}

const start = performance.now();
const list = entries();
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await buildJavaScript(list);
if (withTypes) buildTypes(list);
const what = withTypes ? "with types" : "without types";
console.log(`Built ${list.length} sub-paths ${what} in ${Math.round(performance.now() - start)} ms.`);
