/** Applications install the tarball with npm, pnpm and Yarn: without a word about peers, and with the types they have installed. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entries, ROOT } from "../../scripts/entries.js";
import { fixture } from "../helpers/fixture.js";
import { tsc } from "../types/consumer.js";
import { CONSUMER, INSTALLED } from "./pack.js";

const BIN = `${fixture("package-managers")}node_modules/`;
const PNPM = `${BIN}pnpm/bin/pnpm.cjs`;
const YARN = `${BIN}@yarnpkg/cli-dist/bin/yarn.js`;
/** Holds what was fetched before. */
const CACHE = `${ROOT}.cache/package-managers`;

const { filename } = JSON.parse(readFileSync(`${CONSUMER}packed.json`, "utf8"));
const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));

const PROGRAM = `import { clients } from "aws-scope";
import "aws-scope/middy";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
const client = clients.dynamodb("eu-central-1");
await client.config.region();
console.log(client instanceof DynamoDB);
`;
const TYPES = `const typed: DynamoDB = client;
// @ts-expect-error the client is not any
client.noSuchOperation();
// @ts-expect-error the package is not installed
clients.s3();
`;

let root: string;
let app: string;
beforeEach(() => {
	root = `${realpathSync(mkdtempSync(`${tmpdir()}/aws-scope-app-`))}/`;
	app = `${root}packages/app/`;
	mkdirSync(app, { recursive: true });
	const dependencies = {
		"aws-scope": `file:${CONSUMER}${filename}`,
		"@aws-sdk/client-dynamodb": devDependencies["@aws-sdk/client-dynamodb"],
	};
	writeFileSync(`${app}package.json`, JSON.stringify({ name: "app", private: true, type: "module", dependencies }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Everything that it printed, when all went well. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
	const { status, stdout, stderr } = spawnSync(command, args, {
		cwd: app,
		encoding: "utf8",
		env: { ...process.env, ...env },
	});
	expect(status, stdout + stderr).toBe(0);
	return stdout + stderr;
}

/** Does the installed application run, and does its compiler know the clients? */
function expectUsable(node: readonly string[], env: NodeJS.ProcessEnv = {}): void {
	writeFileSync(`${app}program.mjs`, PROGRAM);
	const [command = "", ...args] = node;
	expect(
		run(command, [...args, "program.mjs"], { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...env }),
	).toBe("true\n");
}

function expectTyped(): void {
	writeFileSync(`${app}program.mts`, `${PROGRAM}${TYPES}`);
	const types = ["--types", "node", "--typeRoots", `${ROOT}node_modules/@types`];
	expect(
		tsc(app, [
			"--ignoreConfig",
			"--noEmit",
			"--strict",
			"--module",
			"nodenext",
			"--skipLibCheck",
			...types,
			"program.mts",
		]),
	).toBe("");
}

test("npm", () => {
	const printed = run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"]);
	expect(printed).not.toMatch(/warn|peer/i);
	expectUsable([process.execPath]);
	expectTyped();
});

test("pnpm in a workspace without hoisting, where a package sees only what it declares", () => {
	writeFileSync(`${root}package.json`, JSON.stringify({ name: "root", private: true }));
	writeFileSync(`${root}pnpm-workspace.yaml`, "packages: [packages/*]\n");
	const printed = run(process.execPath, [
		PNPM,
		"install",
		"--config.hoist=false",
		"--prefer-offline",
		"--store-dir",
		`${CACHE}/pnpm`,
	]);
	expect(printed).not.toMatch(/warn|peer/i);
	expectUsable([process.execPath]);
	expectTyped();
});

test("Yarn without a node_modules, which refuses what a package does not declare", () => {
	writeFileSync(`${app}yarn.lock`, "");
	const env = {
		YARN_NPM_REGISTRY_SERVER: execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim(),
		YARN_ENABLE_TELEMETRY: "false",
		YARN_PNP_FALLBACK_MODE: "none",
		YARN_ENABLE_GLOBAL_CACHE: "false",
		YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
		YARN_CACHE_FOLDER: `${CACHE}/yarn`,
	};
	const printed = run(process.execPath, [YARN, "install"], env);
	// The codes of what Yarn says about peers: https://yarnpkg.com/advanced/error-codes
	expect(printed).not.toMatch(/YN0002|YN0060|YN0086|peer/);
	expectUsable([process.execPath, YARN, "node"], env);
});

test("the packed manifest lists each optional peer once, and no dependency among them", () => {
	const manifest = JSON.parse(readFileSync(`${INSTALLED}package.json`, "utf8"));
	const optional = Object.keys(manifest.peerDependenciesMeta);
	expect(optional.length).toBeGreaterThan(300);
	expect(optional).toEqual(expect.arrayContaining(Object.keys(manifest.peerDependencies)));
	// Everything that `aws-scope/resources` loads from the application.
	const loaded = readFileSync(`${INSTALLED}dist/esm/resources.js`, "utf8").matchAll(/\bimport\("([^"]+)"\)/g);
	const resources = [...loaded].map(([, name]) => name);
	expect(resources).toContain("@aws-sdk/lib-storage");
	expect(optional).toEqual(expect.arrayContaining(resources));
	expect(optional.filter((name) => name in manifest.dependencies)).toEqual([]);
});

test.each(entries())("a resolver that knows no exports finds $specifier and its types", ({ specifier, name }) => {
	const resolve = createRequire(BIN)("resolve");
	const found = resolve.sync(specifier, { basedir: CONSUMER });
	expect(found).toBe(`${INSTALLED}dist/cjs/${name}.js`);
	expect(existsSync(found.replace(/\.js$/, ".d.ts"))).toBe(true);
});
