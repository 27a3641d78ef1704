/** Other Node versions for tests and soaks, downloaded from npm into `.cache/`. Delete `.cache/node` to download them again. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { ROOT } from "./entries.js";

/** Returns the path of this major version's Node. The binaries are too large and platform-specific to be dependencies. */
export function nodeBinary(major: string): string {
	const folder = `${ROOT}.cache/node/${major}`;
	const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
	const binary = `${folder}/node_modules/${name}/bin/node${process.platform === "win32" ? ".exe" : ""}`;
	if (!existsSync(binary)) {
		mkdirSync(folder, { recursive: true });
		writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true }));
		const options = ["--prefix", folder, "--no-save", "--no-package-lock", "--ignore-scripts", "--force", "--silent"];
		execFileSync("npm", ["install", ...options, `${name}@${major}`], { stdio: "inherit" });
	}
	return binary;
}
