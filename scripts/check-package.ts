/** Packs what would be published and lets publint and attw judge it. `npm run check:package` builds first. */

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { ROOT } from "./entries.js";

const folder = `${ROOT}.cache/packed`;

/** Packs `dist/` as it is into `.cache/packed` and returns the path of the tarball. */
function pack(): string {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
	const [packed] = JSON.parse(
		execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
	);
	console.log(
		`${packed.filename}: ${packed.files.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`,
	);
	return `${folder}/${packed.filename}`;
}

function run(tool: string, ...args: string[]): void {
	console.log(`$ ${tool} ${args.join(" ").replaceAll(ROOT, "")}`);
	execFileSync(process.execPath, [`${ROOT}node_modules/${tool}`, ...args], { cwd: ROOT, stdio: "inherit" });
}

const tarball = pack();
run("publint/src/cli.js", tarball, "--strict");
// node16: the resolutions of every supported Node, and of bundlers. Node 10's, which knows no `exports`, is not served.
run("@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "node16", "--format", "table-flipped");
