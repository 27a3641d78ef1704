/**
 * How large are the core and the resources? `npm run ts -- bench/size.ts` bundles and minifies the main entry without
 * dependencies, and the built resources of one service, and of all, without the core.
 */

import { gzipSync } from "node:zlib";
import { type InputOptions, rolldown } from "rolldown";
import { ROOT, show } from "./support/measure.js";

/** Bytes of minified code, uncompressed and compressed. */
export interface Size {
	readonly minified: number;
	readonly compressed: number;
}

const SERVICES = ["sqs", "s3", "dynamodb", "ec2"];

async function sizeOf(options: InputOptions): Promise<Size> {
	const bundle = await rolldown({ cwd: ROOT, platform: "node", ...options });
	const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
	await bundle.close();
	const code = output.map((file) => (file.type === "chunk" ? file.code : "")).join("");
	return { minified: Buffer.byteLength(code), compressed: gzipSync(code, { level: 9 }).length };
}

const isPackage = (id: string): boolean => !id.startsWith(".") && !id.startsWith("/");

/** Bundles the core as an application's bundler would. */
export const coreSize = (): Promise<Size> =>
	sizeOf({
		input: "src/index.ts",
		external: isPackage,
		treeshake: { moduleSideEffects: (id) => id.startsWith(ROOT) },
	});

/** Bundles resources as an application that imports only `names` has them, on top of the core. */
const resourcesSize = (names: string): Promise<Size> =>
	sizeOf({
		input: "application",
		plugins: [
			{
				name: "application",
				resolveId: (id) => (id === "application" ? `${ROOT}application.ts` : undefined),
				load: (id) => (id === `${ROOT}application.ts` ? `export ${names} from "./dist/esm/resources.js";` : undefined),
			},
		],
		external: (id) => id !== "application" && (isPackage(id) || id.endsWith("/core.js")),
		treeshake: { moduleSideEffects: false },
	});

/** Bundles the core, and the resources of some services and of all. */
export async function sizes(): Promise<Map<string, Size>> {
	const found = new Map([["the core", await coreSize()]]);
	for (const service of SERVICES) found.set(`resources of ${service} alone`, await resourcesSize(`{ ${service} }`));
	return found.set("resources of all services", await resourcesSize("*"));
}

/** Prints them. */
export function showSizes(figures: ReadonlyMap<string, Size>): void {
	show(
		["bytes, bundled", "minified", "and compressed (gzip)"],
		[...figures].map(([name, { minified, compressed }]) => [name, minified, compressed]),
	);
}

if (process.argv[1]?.endsWith("/size.ts")) showSizes(await sizes());
