/**
 * `npm run compatibility`: runs the core's tests on each runtime, compiles an application with each TypeScript version, and
 * writes docs/compatibility.md. Downloads the runtimes and compilers into `.cache/` once, for Linux on x64.
 */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { type Compilation, compileAll } from "./compatibility/compilers.js";
import { type Run, runAll } from "./compatibility/runtimes.js";
import { ROOT } from "./entries.js";

/** Why tests fail on Bun or Deno, by file. */
const REASONS: Readonly<Record<string, string>> = {
	"test/accessors/in-handlers.test.ts": "counts objects in the output of Node's `util.inspect`",
	"test/accessors/following-client.test.ts": "reads the output of Node's `util.inspect`",
	"test/client/environment.test.ts": "each client looks up its options itself",
	"test/client/inspection.test.ts": "reads the output of Node's `util.inspect`",
	"test/client/key-equality.test.ts": "equal URLs in options give two clients on Deno",
	"test/client/key.test.ts": "equal URLs in options give two clients on Deno",
	"test/client/load.test.ts": "starts programs with Node's options and module lookup",
	"test/scope/awaits-identity.test.ts":
		"no async ids of connections: the middleware of a framework opens a scope of its own instead of binding one",
	"test/scope/background.test.ts": "worker threads with Node's options, and the async context of their callbacks",
	"test/scope/lazy.test.ts":
		"lazy work that the runtime pulls in another context: on Deno, the body of a `Response` runs as its reader",
	"test/scope/threads.test.ts": "the words of an error",
	"test/session/freeze.test.ts": "stops a process with `SIGSTOP`",
	"test/session/sts-hang.test.ts": "request timeouts with a clock of the test",
};

execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
const runs = runAll();
const compilations = compileAll();
writeFileSync(`${ROOT}docs/compatibility.md`, page(runs, compilations));
const nodeFailed = runs.some(({ runtime, failed }) => runtime.startsWith("Node") && failed.size > 0);
process.exitCode = nodeFailed || compilations.some(({ errors }) => errors !== "") ? 1 : 0;

function page(runs: readonly Run[], compilations: readonly Compilation[]): string {
	const modules = [...new Set(compilations.map(({ module }) => module))];
	const versions = [...new Set(compilations.map(({ version }) => version))];
	const cell = (version: string, module: string): string => {
		const errors = compilations.find((one) => one.version === version && one.module === module)?.errors ?? "";
		return errors === ""
			? "compiles"
			: `${errors.split("\n").filter((line) => line.includes("error TS")).length} errors`;
	};
	const others = runs.filter(({ failed }) => failed.size > 0);
	return `<!-- Written by \`npm run compatibility\`. Edit scripts/compatibility.ts instead. -->

# Compatibility

aws-scope supports Node.js 20.19 and later, 22 and 24. Bun and Deno are not supported: their async context differs
from Node's in places, and some of the differences matter for identity. The tests run there, too, to show where.

## Runtimes

The tests of scopes, sessions, accessors, clients and the cache:

| runtime | passed | failed |
| --- | --- | --- |
${runs.map(({ runtime, passed, failed }) => `| ${runtime} | ${passed} | ${sum(failed)} |`).join("\n")}
${others.map(listed).join("")}
## TypeScript

An application that imports every entry point, with \`strict\`, \`exactOptionalPropertyTypes\`, \`noUncheckedIndexedAccess\` and
\`skipLibCheck: false\`:

| module resolution | ${versions.join(" | ")} |
| --- | ${versions.map(() => "---").join(" | ")} |
${modules.map((module) => `| ${module} | ${versions.map((version) => cell(version, module)).join(" | ")} |`).join("\n")}
`;
}

function listed({ runtime, failed }: Run): string {
	const rows = [...failed].map(([file, count]) => `| ${file} | ${count} | ${REASONS[file] ?? "not looked into"} |`);
	return `\nWhat fails on ${runtime}:\n\n| test | failures | why |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function sum(failed: ReadonlyMap<string, number>): number {
	return [...failed.values()].reduce((total, count) => total + count, 0);
}
