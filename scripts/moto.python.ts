/** The Python that runs the referee: found on this machine, with moto in a virtual environment of the repository's own. */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ROOT } from "./entries.js";

/** What the pinned moto asks for. */
export const OLDEST_PYTHON = "3.10";

const REQUIREMENTS = `${ROOT}scripts/moto.requirements.txt`;

const NAMES = ["python3", "python", "py", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

// Debian has Pythons without ensurepip: their `venv` can be imported and then makes nothing that works.
const PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

/** A Python of this machine that can make a virtual environment. */
export interface FoundPython {
	readonly command: string;
	readonly version: string;
}

/** The first Python that is new enough, or undefined. */
export function findPython(): FoundPython | undefined {
	for (const command of NAMES) {
		const { status, stdout } = spawnSync(command, ["-c", PROBE], { encoding: "utf8" });
		const version = status === 0 ? stdout.trim() : "";
		if (/^3\.\d+$/.test(version) && minor(version) >= minor(OLDEST_PYTHON)) return { command, version };
	}
	return undefined;
}

/** The path of a Python that has moto; makes its virtual environment the first time and after each change of the pins. */
export async function pythonWithMoto({ command, version }: FoundPython): Promise<string> {
	const pins = createHash("sha256").update(version).update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 12);
	const folder = `${ROOT}.cache/moto/${pins}`;
	const python = process.platform === "win32" ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`;
	const complete = `${folder}/complete`;
	if (existsSync(complete) && spawnSync(python, ["--version"]).status === 0) return python;
	console.log(`moto: making .cache/moto with Python ${version}, once: about half a minute, 320 MB.`);
	// What an interrupted run, or other pins, left behind.
	rmSync(`${ROOT}.cache/moto`, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await step("making the virtual environment", command, ["-m", "venv", folder]);
	const options = ["--quiet", "--no-input", "--disable-pip-version-check", "--requirement", REQUIREMENTS];
	await step("installing the pinned packages", python, ["-m", "pip", "install", ...options]);
	writeFileSync(complete, "");
	return python;
}

const minor = (version: string): number => Number(version.split(".")[1]);

/** Runs one command with a line when it begins, one every ten seconds, and one at its end. */
async function step(title: string, command: string, args: readonly string[]): Promise<void> {
	const start = performance.now();
	const seconds = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
	console.log(`moto: ${title} …`);
	const alive = setInterval(() => console.log(`moto: … ${seconds()}`), 10_000);
	try {
		const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
		const status = await new Promise<number | null>((resolve, reject) => {
			child.once("error", reject).once("exit", resolve);
		});
		if (status !== 0) throw new Error(`moto: ${title} failed; what ${command} said stands above.`);
	} finally {
		clearInterval(alive);
	}
	console.log(`moto: ${title}: ok, ${seconds()}`);
}
