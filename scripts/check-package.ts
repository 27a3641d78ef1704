/** Packs the package and checks it with publint and attw. `npm run check:package` builds it first. */

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { ROOT } from "./entries.js";

const folder = `${ROOT}.cache/packed`;

/** Packs `dist/` as it is into `.cache/packed` and returns the path of the tarball. */
function pack(): string {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const args = ["pack", "--json", "--pack-destination", folder];
	const env = { ...process.env, AWS_SCOPE_DIST: "built" };
	const [packed] = JSON.parse(
		execFileSync("npm", args, { cwd: ROOT, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
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
run("@arethetypeswrong/cli/dist/index.js", tarball, "--format", "table-flipped");
