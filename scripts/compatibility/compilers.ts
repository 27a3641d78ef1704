/** Compiles an application that uses every entry point, with each TypeScript version and module resolution. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { entries, ROOT } from "../entries.js";

/** One compilation: the versions are npm's, so `5.9` is its latest patch. */
export interface Compilation {
	readonly version: string;
	readonly module: string;
	readonly file: string;
	/** Empty if it compiled. */
	readonly errors: string;
}

const VERSIONS = ["5.9", "6", "7"];
const FOLDER = `${ROOT}.cache/compatibility`;
const APPLICATION = `${FOLDER}/application`;

const KINDS = [
	{ name: "node16, ESM", module: "node16", resolution: "node16", file: "use.mts" },
	{ name: "node16, CommonJS", module: "node16", resolution: "node16", file: "use.cts" },
	{ name: "nodenext, ESM", module: "nodenext", resolution: "nodenext", file: "use.mts" },
	{ name: "nodenext, CommonJS", module: "nodenext", resolution: "nodenext", file: "use.cts" },
	{ name: "bundler", module: "esnext", resolution: "bundler", file: "use.ts" },
];

/** Names every entry point. An accessor must have exactly the type of its client, also of the S3 package with its options. */
const program = (): string => `${entries()
	.filter(({ subpath }) => subpath !== ".")
	.map(
		({ specifier, name }) =>
			`import * as ${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())} from "${specifier}";`,
	)
	.join("\n")}
import { accountSessions, clients, runInAwsScope, type AwsSession } from "aws-scope";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { S3 } from "@aws-sdk/client-s3";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
true satisfies Same<ReturnType<typeof clients.dynamodb>, DynamoDB>;
true satisfies Same<ReturnType<typeof clients.s3>, S3>;
export const accounts = accountSessions({ role: "Reader" });
export const tables = (session: AwsSession): Promise<string[] | undefined> =>
	session.run(async () => (await clients.dynamodb({ region: "eu-central-1", maxAttempts: 2 }).listTables({})).TableNames);
export const buckets = runInAwsScope({ account: "111111111111", accounts }, () => clients.s3("eu-central-1").listBuckets({}));
// @ts-expect-error the client is no any
clients.dynamodb().noSuchOperation();
// @ts-expect-error two identities
clients.s3({ account: "111111111111", profile: "dev" });
export { ${entries()
	.filter(({ subpath }) => subpath !== ".")
	.map(({ name }) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()))
	.join(", ")} };
`;

/** Compiles with the strictest options, those that many projects don't set included. */
export function compileAll(): Compilation[] {
	install();
	for (const { file } of KINDS) writeFileSync(`${APPLICATION}/${file}`, program());
	return VERSIONS.flatMap((version) => KINDS.map((kind) => compile(version, kind)));
}

function compile(version: string, { name, module, resolution, file }: (typeof KINDS)[number]): Compilation {
	const compilerOptions = {
		noEmit: true,
		strict: true,
		skipLibCheck: false,
		exactOptionalPropertyTypes: true,
		noUncheckedIndexedAccess: true,
		target: "es2022",
		// What the declarations of Node's own types need.
		lib: ["es2023", "esnext.disposable", "dom", "dom.iterable"],
		module,
		moduleResolution: resolution,
		types: ["node"],
	};
	writeFileSync(`${APPLICATION}/tsconfig.json`, JSON.stringify({ compilerOptions, files: [file] }));
	const compiler = `${FOLDER}/node_modules/typescript-${version}/bin/tsc`;
	const { stdout } = spawnSync(process.execPath, [compiler, "--pretty", "false", "--project", APPLICATION], {
		encoding: "utf8",
		maxBuffer: 2 ** 26,
	});
	return { version, module: name, file, errors: stdout };
}

function install(): void {
	mkdirSync(FOLDER, { recursive: true });
	if (!existsSync(`${FOLDER}/node_modules`)) {
		const dependencies = Object.fromEntries(
			VERSIONS.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
		);
		writeFileSync(`${FOLDER}/package.json`, JSON.stringify({ private: true, dependencies }));
		const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
		execFileSync("npm", ["install", ...options], { cwd: FOLDER, stdio: "inherit" });
	}
	rmSync(APPLICATION, { recursive: true, force: true });
	const target = `${APPLICATION}/node_modules/aws-scope`;
	mkdirSync(target, { recursive: true });
	for (const path of ["dist", "package.json"]) cpSync(`${ROOT}${path}`, `${target}/${path}`, { recursive: true });
	// Everything else is found further up, in the repository's own node_modules.
	symlinkSync(`${ROOT}node_modules/@types`, `${APPLICATION}/node_modules/@types`, "junction");
}
