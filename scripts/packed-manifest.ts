/** Generates what only the package contains: parts of package.json, and a folder for each sub-path. */

import { readFileSync } from "node:fs";
import { entries, ROOT } from "./entries.js";

/** The packages, beside the client, that `aws-scope/resources` needs to upload to S3 and to presign its URLs. */
const TRANSFERS = ["@aws-sdk/lib-storage", "@aws-sdk/s3-request-presigner"];

const readJson = (path: string) => JSON.parse(readFileSync(`${ROOT}${path}`, "utf8"));

/**
 * A folder for each sub-path, whose package.json points to the CommonJS build and its declarations. For resolvers that
 * don't support `exports`, such as TypeScript's `node10` resolution and ESLint's import plugin.
 */
export const stubs: readonly { readonly folder: string; readonly manifest: string }[] = entries()
	.filter(({ subpath }) => subpath !== ".")
	.map(({ name }) => ({ folder: name, manifest: `${JSON.stringify({ main: `../dist/cjs/${name}.js` })}\n` }));

/**
 * The published package.json.
 *
 * The SDK packages are only in `peerDependenciesMeta`. pnpm and Yarn treat that as an optional peer of any version, so this
 * package can import the application's copies, which its types need. npm ignores it and doesn't need it. If they were in
 * `peerDependencies`, npm would fetch the metadata of each of them on the first install.
 */
export function packedManifest(): string {
	const { devDependencies, allowScripts, overrides, ...manifest } = readJson("package.json");
	const services = Object.keys(readJson("scripts/aws-services.json")).map((service) => `@aws-sdk/client-${service}`);
	const optional = [...services, ...TRANSFERS, ...Object.keys(manifest.peerDependencies)]
		.filter((name) => !(name in manifest.dependencies))
		.sort();
	manifest.files.push(...stubs.map(({ folder }) => `${folder}/package.json`));
	manifest.peerDependenciesMeta = Object.fromEntries(optional.map((name) => [name, { optional: true }]));
	return `${JSON.stringify(manifest, null, "\t")}\n`;
}
