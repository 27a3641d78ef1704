/** Finds a Python on this machine and installs moto into a virtual environment in `.cache/moto`. */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ROOT } from "./entries.js";

/** The oldest Python that the pinned moto supports. */
export const OLDEST_PYTHON = "3.10";

const REQUIREMENTS = `${ROOT}scripts/moto.requirements.txt`;

const NAMES = ["python3", "python", "py", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

// Some Debian Pythons have no ensurepip. They can import `venv`, but the environment doesn't work.
const PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

/** A Python that can create a virtual environment. */
export interface FoundPython {
	readonly command: string;
	readonly version: string;
}

/** Finds the first Python that is new enough. */
export function findPython(): FoundPython | undefined {
	for (const command of NAMES) {
		const { status, stdout } = spawnSync(command, ["-c", PROBE], { encoding: "utf8" });
		const version = status === 0 ? stdout.trim() : "";
		if (/^3\.\d+$/.test(version) && minor(version) >= minor(OLDEST_PYTHON)) return { command, version };
	}
	return undefined;
}

/** Returns the path of a Python that has moto. Creates the virtual environment on first use and when the pinned versions change. */
export async function pythonWithMoto({ command, version }: FoundPython): Promise<string> {
	const pins = createHash("sha256").update(version).update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 12);
	const folder = `${ROOT}.cache/moto/${pins}`;
	const python = process.platform === "win32" ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`;
	const complete = `${folder}/complete`;
	if (existsSync(complete) && spawnSync(python, ["--version"]).status === 0) return python;
	console.log(
		`moto: creating .cache/moto with Python ${version}; this happens once, takes about half a minute and 320 MB.`,
	);
	// Remove what an interrupted run or other versions left behind.
	rmSync(`${ROOT}.cache/moto`, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await step("creating the virtual environment", command, ["-m", "venv", folder]);
	const options = ["--quiet", "--no-input", "--disable-pip-version-check", "--requirement", REQUIREMENTS];
	await step("installing the pinned packages", python, ["-m", "pip", "install", ...options]);
	writeFileSync(complete, "");
	return python;
}

const minor = (version: string): number => Number(version.split(".")[1]);

/** Runs a command. Prints a line at the start, every ten seconds and at the end. */
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
		if (status !== 0) throw new Error(`moto: ${title} failed; see the output of ${command} above.`);
	} finally {
		clearInterval(alive);
	}
	console.log(`moto: ${title}: ok, ${seconds()}`);
}
