/** The bundlers of applications, as the tests need them: one entry in, one file out. */

import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { rolldown } from "rolldown";
import { fixture } from "../helpers/fixture.js";

/** One bundle to make. */
export interface Bundle {
	readonly entry: string;
	readonly file: string;
	readonly format: "esm" | "cjs";
	/** Packages that stay imports, by the start of their names: `@aws-sdk/`. */
	readonly external: readonly string[];
}

/**
 * Every bundle is minified: classes lose their names. None reads the repository's tsconfig.json, which leads to the sources
 * of this package instead of the tarball.
 */
export const BUNDLERS: Readonly<Record<string, (bundle: Bundle) => Promise<void>>> = {
	async esbuild({ entry, file, format, external }) {
		const { build } = load<Esbuild>("esbuild");
		await build({
			entryPoints: [entry],
			outfile: file,
			format,
			bundle: true,
			minify: true,
			platform: "node",
			target: "node20",
			external: external.map((start) => `${start}*`),
			// The SDK's CommonJS packages require Node's modules, which an ES module cannot.
			...(format === "esm" && { banner: { js: REQUIRE } }),
			tsconfigRaw: {},
			logLevel: "error",
		});
	},
	async rolldown({ entry, file, format, external }) {
		const bundle = await rolldown({
			input: entry,
			platform: "node",
			tsconfig: false,
			external: (id) => starts(id, external),
		});
		await bundle.write({ file, format, minify: true, codeSplitting: false });
		await bundle.close();
	},
	async webpack({ entry, file, format, external }) {
		const webpack = load<Webpack>("webpack");
		const type = format === "esm" ? "module" : "commonjs2";
		const compiler = webpack({
			mode: "production",
			resolve: { tsconfig: false },
			target: "node20",
			entry,
			output: { path: dirname(file), filename: basename(file), library: { type }, module: format === "esm" },
			experiments: { outputModule: format === "esm" },
			externals: [async ({ request = "" }: { request?: string }) => (starts(request, external) ? request : undefined)],
			externalsType: format === "esm" ? "module-import" : "node-commonjs",
			performance: false,
		});
		await new Promise<void>((resolve, reject) => {
			compiler.run((error, stats) => {
				if (error !== null || stats?.hasErrors() === true) reject(error ?? new Error(stats?.toString("errors-only")));
				else compiler.close(() => resolve());
			});
		});
	},
};

/** As far as they are used here; their types are in the fixture. */
interface Esbuild {
	build(options: object): Promise<unknown>;
}
type Webpack = (options: object) => {
	run(done: (error: Error | null, stats?: { hasErrors(): boolean; toString(preset: string): string }) => void): void;
	close(done: () => void): void;
};

const REQUIRE =
	'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

const load = <Module>(name: string): Module => createRequire(`${fixture("tools")}index.js`)(name) as Module;

const starts = (id: string, names: readonly string[]): boolean => names.some((name) => id.startsWith(name));
