/** How large is the core? `npm run ts -- bench/size.ts` bundles and minifies the main entry without dependencies. */

import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { ROOT, show } from "./support/measure.js";

/** The size of the minified main entry in bytes, uncompressed and compressed. */
export interface Size {
	readonly minified: number;
	readonly compressed: number;
}

/** Bundles the core as an application's bundler would. */
export async function coreSize(): Promise<Size> {
	const bundle = await rolldown({
		cwd: ROOT,
		input: "src/index.ts",
		platform: "node",
		external: (id) => !id.startsWith(".") && !id.startsWith("/"),
		treeshake: { moduleSideEffects: (id) => id.startsWith(ROOT) },
	});
	const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
	await bundle.close();
	const code = output.map((file) => (file.type === "chunk" ? file.code : "")).join("");
	return { minified: Buffer.byteLength(code), compressed: gzipSync(code, { level: 9 }).length };
}

/** Prints it. */
export function showSize({ minified, compressed }: Size): void {
	show(
		["the core, bundled", "bytes"],
		[
			["minified", minified],
			["minified and compressed (gzip)", compressed],
		],
	);
}

if (process.argv[1]?.endsWith("/size.ts")) showSize(await coreSize());
