/**
 * Builds `dist/`: ESM and CJS by rolldown, types by tsc. `--js-only` leaves the types out (for examples and benches);
 * `--js-only --out <folder>` puts the JavaScript elsewhere, for tests that run beside others.
 *
 * Each format is one build of all entries, so `aws-scope` and `aws-scope/middy` share their code, and with it the one
 * AsyncLocalStorage, through common chunks. Dependencies stay imports. A dynamic `import()` stays lazy; in the CJS build it
 * becomes `require()`, so what it names must also ship CommonJS: Lambda's nodejs22 refuses `require()` of an ES module.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { rolldown } from "rolldown";
import { type Entry, entries, ROOT } from "./entries.js";

const { values: options } = parseArgs({ options: { "js-only": { type: "boolean" }, out: { type: "string" } } });
const withTypes = options["js-only"] !== true;
if (withTypes && options.out !== undefined) throw new Error("--out goes with --js-only: types are built into dist/.");
const OUT = options.out ?? `${ROOT}dist`;

const FORMATS = { esm: "module", cjs: "commonjs" } as const;

async function buildJavaScript(list: readonly Entry[]): Promise<void> {
	const bundle = await rolldown({
		cwd: ROOT,
		input: Object.fromEntries(list.map(({ name, source }) => [name, source])),
		platform: "node",
		// Everything that is not one of our own files.
		external: (id) => !id.startsWith(".") && !id.startsWith("/") && !/^[A-Za-z]:\\/.test(id),
		tsconfig: false,
		transform: { target: "node20.19" },
		// package.json says `sideEffects: false` to users' bundlers; ours must not drop the module that joins the layers.
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
			// One chunk for what the entries share, so that no bundler can take the accessors without their wiring.
			codeSplitting: { groups: [{ name: "core", test: (id) => id.startsWith(`${ROOT}src/`) }] },
			strict: true,
			// A lazy require: Jest's CommonJS mode refuses import(), and only require looks in NODE_PATH.
			dynamicImportInCjs: false,
			exports: "named",
			sourcemap: true,
			// The comments stand in the declarations and the source maps; here they would be read at every cold start.
			comments: false,
			minify: false,
			minifyInternalExports: false,
		});
		for (const { fileName } of output) if (fileName.endsWith(".map")) leaveLines(`${OUT}/${directory}/${fileName}`);
		writeFileSync(`${OUT}/${directory}/package.json`, `${JSON.stringify({ type })}\n`);
		// Its code is readable as it is and runs in tests only; its map would take a sixth of the package.
		const localAws = `${OUT}/${directory}/testing.js`;
		rmSync(`${localAws}.map`);
		writeFileSync(localAws, readFileSync(localAws, "utf8").replace(/\/\/# sourceMappingURL=\S+\s*$/, ""));
		// With one character beyond Latin-1, V8 keeps and parses the whole file in two bytes a character, at each cold start.
		const [strange] = /.*\P{ASCII}.*/u.exec(readFileSync(`${OUT}/${directory}/core.js`, "utf8")) ?? [];
		if (strange !== undefined) throw new Error(`The core must be ASCII, but has: ${strange.trim()}`);
	}
	await bundle.close();
}

/** Maps lines and not each token: stack traces and breakpoints stay right, and the package is an eighth smaller. */
function leaveLines(file: string): void {
	const map = JSON.parse(readFileSync(file, "utf8"));
	const lines = decode(map.mappings).map((segments) =>
		segments.filter(([, source, line], index) => {
			const before = segments[index - 1];
			return source !== before?.[1] || line !== before?.[2];
		}),
	);
	writeFileSync(file, JSON.stringify({ ...map, mappings: encode(lines) }));
}

/** Leaves the declarations that the entries' own lead to; those of the other files are nobody's. */
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

/** The declarations are the same text for both formats; the nearest package.json says which one they describe. */
function buildTypes(list: readonly Entry[]): void {
	const tsc = new URL("../node_modules/typescript/bin/tsc", import.meta.url).pathname;
	execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
	pruneTypes(list);
	cpSync(`${ROOT}dist/esm/types`, `${ROOT}dist/cjs/types`, { recursive: true });
	// Beside each entry, where every resolver looks for them.
	for (const { name, source } of list) {
		const declaration = `export * from "./types/${source.replace(/\.ts$/, ".js")}";\n`;
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
