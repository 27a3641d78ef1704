/**
 * npm runs this before it packs. It builds `dist/` (unless `AWS_SCOPE_DIST=built`) and puts the published package.json in
 * place. It stays there until npm exits, because `npm publish` packs it and then reads it again for the registry. A
 * background process waits for npm to exit and restores everything, so that an error, a wrong password or Ctrl-C leaves
 * nothing behind. After `npm pack`, npm calls this file with `--restore`, which restores it at once.
 */

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "./entries.js";
import { packedManifest, stubs } from "./packed-manifest.js";

const MANIFEST = `${ROOT}package.json`;
const OWN = `${ROOT}.cache/package.json`;

function prepare(): void {
	// The script starts with "exec", so this process has replaced the shell, and npm is its parent.
	const npm = process.ppid;
	restore();
	if (process.env["AWS_SCOPE_DIST"] !== "built") {
		// npm prints the file's name, or JSON, to standard output, so keep the build's output out of it.
		execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: ["ignore", 2, 2] });
	}
	const manifest = packedManifest();
	const waiting = [...process.execArgv, fileURLToPath(import.meta.url), "--restore", "--after", `${npm}`];
	spawn(process.execPath, waiting, { cwd: ROOT, detached: true, stdio: "ignore" }).unref();
	mkdirSync(`${ROOT}.cache`, { recursive: true });
	renameSync(MANIFEST, OWN);
	writeFileSync(MANIFEST, manifest);
	for (const { folder, manifest } of stubs) {
		// The folder of the resources is there already, with their sources.
		mkdirSync(ROOT + folder, { recursive: true });
		writeFileSync(`${ROOT}${folder}/package.json`, manifest);
	}
}

function restore(): void {
	if (!existsSync(OWN)) return;
	for (const { folder } of stubs) {
		if (!existsSync(ROOT + folder)) continue;
		rmSync(`${ROOT}${folder}/package.json`, { force: true });
		if (readdirSync(ROOT + folder).length === 0) rmdirSync(ROOT + folder);
	}
	renameSync(OWN, MANIFEST);
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

const { values } = parseArgs({ options: { restore: { type: "boolean" }, after: { type: "string" } } });
if (values.after !== undefined) while (isRunning(Number(values.after))) await setTimeout(20);
if (values.restore !== true) prepare();
else if (values.after !== undefined || process.env["npm_command"] === "pack") restore();
