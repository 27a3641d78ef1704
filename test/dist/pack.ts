/**
 * Builds and packs the package once, and unpacks the tarball where an application would have it:
 * `.cache/consumer/node_modules/aws-scope`. Its dependencies are found further up, in the repository's own
 * `node_modules`, so that the tests need no registry.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The application that installed the tarball, with a slash at its end. */
export const CONSUMER = `${root}.cache/consumer/`;

/** The installed package, with a slash at its end. */
export const INSTALLED = `${CONSUMER}node_modules/aws-scope/`;

/** Runs before the dist tests. `AWS_SCOPE_DIST=built` takes `dist/` as it is, for runs that have just built it. */
export function setup(): void {
	rmSync(CONSUMER, { recursive: true, force: true });
	mkdirSync(INSTALLED, { recursive: true });
	const pack = ["pack", "--json", "--silent", "--pack-destination", CONSUMER];
	const [packed] = JSON.parse(execFileSync("npm", pack, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", 2] }));
	// Relative paths, because tar on Windows takes "C:" for a remote host.
	execFileSync("tar", ["-xzf", packed.filename, "--strip-components=1", "-C", "node_modules/aws-scope"], {
		cwd: CONSUMER,
	});
	const manifest = { name: "consumer", private: true, version: "1.0.0" };
	writeFileSync(`${CONSUMER}package.json`, JSON.stringify(manifest));
	writeFileSync(`${CONSUMER}packed.json`, JSON.stringify(packed));
}

/** The files of the tarball. */
export function packedFiles(): string[] {
	const packed: { files: { path: string }[] } = JSON.parse(readFileSync(`${CONSUMER}packed.json`, "utf8"));
	return packed.files.map(({ path }) => path);
}
