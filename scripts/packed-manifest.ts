/** What the package has and the repository has not: the generated part of package.json, and a folder for each sub-path. */

import { readFileSync } from "node:fs";
import { entries, ROOT } from "./entries.js";

const readJson = (path: string) => JSON.parse(readFileSync(`${ROOT}${path}`, "utf8"));

/**
 * For what knows no `exports`, such as TypeScript's `node10` resolution and ESLint's import plugin: a folder for each
 * sub-path, whose package.json leads to the CommonJS build and the declarations beside it.
 */
export const stubs: readonly { readonly folder: string; readonly manifest: string }[] = entries()
	.filter(({ subpath }) => subpath !== ".")
	.map(({ name }) => ({ folder: name, manifest: `${JSON.stringify({ main: `../dist/cjs/${name}.js` })}\n` }));

/**
 * package.json as it is published.
 *
 * The SDK packages are in `peerDependenciesMeta` alone. pnpm and Yarn read that as an optional peer of any version, and
 * so let this package see the application's copies, which its types need; npm, which needs no such leave, reads nothing.
 * Were they in `peerDependencies`, npm would fetch the registry document of every one of them at a first install.
 */
export function packedManifest(): string {
	const { devDependencies, allowScripts, overrides, ...manifest } = readJson("package.json");
	const services = Object.keys(readJson("scripts/aws-services.json")).map((service) => `@aws-sdk/client-${service}`);
	const optional = [...services, ...Object.keys(manifest.peerDependencies)]
		.filter((name) => !(name in manifest.dependencies))
		.sort();
	manifest.files.push(...stubs.map(({ folder }) => folder));
	manifest.peerDependenciesMeta = Object.fromEntries(optional.map((name) => [name, { optional: true }]));
	return `${JSON.stringify(manifest, null, "\t")}\n`;
}
