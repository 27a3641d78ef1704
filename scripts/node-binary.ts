/** Other versions of Node for tests and soaks: npm packages, fetched once into `.cache/`; delete `.cache/node` to renew them. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { ROOT } from "./entries.js";

/** The path of a Node of this major version. The binaries are too big, and too bound to one platform, to be dependencies. */
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
