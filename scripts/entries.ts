/** The package's sub-paths. The build, the `exports` check, the API snapshot and the dist tests use this table. */

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One public sub-path of the package. */
export interface Entry {
	/** The key in `exports`: `.`, `./middy`, … */
	readonly subpath: string;
	/** The specifier that users import: `aws-scope`, `aws-scope/middy`, … */
	readonly specifier: string;
	/** The source file, relative to the root of the repository. */
	readonly source: string;
	/** The name of the built file, without its extension. */
	readonly name: string;
}

/** The root of the repository, with a trailing slash. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

const entry = (name: string, source: string): Entry => {
	const subpath = name === "index" ? "." : `./${name}`;
	return { subpath, specifier: `aws-scope${subpath.slice(1)}`, source, name };
};

/** The root, the resources, the local AWS, the fan-out and its workers, the ESLint plugin, and every framework in `middleware/`. */
export function entries(): Entry[] {
	const frameworks = readdirSync(`${ROOT}middleware`)
		.filter((file) => file.endsWith(".ts"))
		.sort()
		.map((file) => entry(file.slice(0, -3), `middleware/${file}`));
	return [
		entry("index", "src/index.ts"),
		entry("resources", "resources/index.ts"),
		entry("eslint", "eslint/index.ts"),
		entry("testing", "local-aws/index.ts"),
		entry("fan-out", "fan-out/index.ts"),
		entry("worker", "worker/index.ts"),
		...frameworks,
	];
}

/** The value of `exports` in package.json for these entries. */
export function exportsField(list: readonly Entry[]): Record<string, unknown> {
	const conditions = (name: string) => ({ import: `./dist/esm/${name}.js`, require: `./dist/cjs/${name}.js` });
	return {
		...Object.fromEntries(list.map(({ subpath, name }) => [subpath, conditions(name)])),
		"./package.json": "./package.json",
	};
}
