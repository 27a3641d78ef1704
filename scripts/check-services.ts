/**
 * `npm run check:services`: installs every SDK client package of the catalog into `.cache/services` and checks each
 * accessor against the real package: its class, its type, and that the scope's session signs its requests. It needs 2 GB of
 * disk and some minutes, so `.ci/run` doesn't call it. Delete `.cache/services` to install the packages again.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ROOT } from "./entries.js";
import type { Outcome } from "./services/outcome.js";

interface Service {
	readonly accessor: string;
	readonly packageName: string;
	readonly className: string;
}

const FOLDER = `${ROOT}.cache/services`;
/** How many services one compilation has. */
const TYPES_AT_ONCE = 60;

const catalog = JSON.parse(readFileSync(`${ROOT}scripts/aws-services.json`, "utf8")) as Record<string, string>;
const services: Service[] = Object.entries(catalog).map(([service, className]) => ({
	accessor: service.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
	packageName: `@aws-sdk/client-${service}`,
	className,
}));

install();
const outcomes = checkRequests();
const wrongTypes = checkTypes();
report();

function install(): void {
	if (!existsSync(`${FOLDER}/node_modules`)) {
		mkdirSync(FOLDER, { recursive: true });
		const dependencies = Object.fromEntries(services.map(({ packageName }) => [packageName, "latest"]));
		writeFileSync(`${FOLDER}/package.json`, JSON.stringify({ private: true, type: "module", dependencies }));
		const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
		execFileSync("npm", ["install", ...options], { cwd: FOLDER, stdio: "inherit" });
	}
	execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
	const target = `${FOLDER}/node_modules/aws-scope`;
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target);
	for (const path of ["dist", "package.json"]) cpSync(`${ROOT}${path}`, `${target}/${path}`, { recursive: true });
}

/** Runs in the folder with the packages, because they are resolved from the importing file. */
function checkRequests(): Outcome[] {
	cpSync(`${ROOT}scripts/services`, FOLDER, { recursive: true });
	const { stdout, status } = spawnSync(
		process.execPath,
		["--no-warnings", "--import", `${ROOT}scripts/ts.mjs`, "signed-requests.ts"],
		{
			cwd: FOLDER,
			input: services.map((service) => Object.values(service).join(" ")).join("\n"),
			encoding: "utf8",
			stdio: ["pipe", "pipe", "inherit"],
		},
	);
	if (status !== 0) throw new Error(`The requests ended with ${status}.`);
	return stdout
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as Outcome);
}

/** The accessor's result must be exactly the package's class. Returns the compiler's output. */
function checkTypes(): string {
	const compilerOptions = {
		noEmit: true,
		strict: true,
		skipLibCheck: true,
		target: "es2023",
		module: "nodenext",
		types: ["node"],
		typeRoots: [`${ROOT}node_modules/@types`],
	};
	writeFileSync(`${FOLDER}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ["types.ts"] }));
	let output = "";
	for (let at = 0; at < services.length; at += TYPES_AT_ONCE) {
		const some = services.slice(at, at + TYPES_AT_ONCE);
		const source = [
			'import { clients } from "aws-scope";',
			...some.map(
				({ packageName, className }, index) => `import type { ${className} as Class${index} } from "${packageName}";`,
			),
			"type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;",
			...some.map(
				({ accessor }, index) => `true satisfies Same<ReturnType<typeof clients.${accessor}>, Class${index}>;`,
			),
		];
		writeFileSync(`${FOLDER}/types.ts`, `${source.join("\n")}\n`);
		const compiler = [`${ROOT}node_modules/typescript/bin/tsc`, "--project", FOLDER];
		output += spawnSync(process.execPath, compiler, { encoding: "utf8" }).stdout;
	}
	return output;
}

function report(): void {
	const signed = outcomes.filter(({ signer }) => signer === "session");
	const tooOld = outcomes.filter(({ problem }) => problem?.includes("before version 3.523"));
	const problems = outcomes.filter((outcome) => outcome.problem !== undefined && !tooOld.includes(outcome));
	const others = outcomes.filter(({ signer }) => signer !== undefined && signer !== "session");
	console.log(`${services.length} services: ${signed.length} signed a request as the scope's session.`);
	for (const { packageName } of tooOld)
		console.log(`  ${packageName}: the registry's version is older than 3.523; refused.`);
	for (const { accessor, signer, refusal } of others) console.log(`  ${accessor}: ${signer} (${refusal})`);
	for (const { accessor, problem } of problems) console.log(`  ${accessor}: ${problem}`);
	console.log(wrongTypes === "" ? `${services.length} types are the packages' own.` : wrongTypes);
	process.exitCode = problems.length === 0 && wrongTypes === "" && outcomes.length === services.length ? 0 : 1;
}
