/** The tarball holds what users need and nothing of the machine that built it. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { entries, ROOT } from "../../scripts/entries.js";
import { runConsumer } from "./consumer.js";
import { INSTALLED, packedFiles } from "./pack.js";

const built = () => packedFiles().filter((path) => path.startsWith("dist/"));

test("the tarball holds the two builds, their sources and the papers, no tests or scripts", () => {
	const others = packedFiles().filter((path) => !path.startsWith("dist/"));
	const folders = entries().flatMap(({ name, subpath }) => (subpath === "." ? [] : [`${name}/package.json`]));
	expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "NOTICE", "README.md", "package.json", ...folders].sort());
	const kinds = new Set(built().map((path) => path.replace(/^.*?(\.d\.ts|\.js\.map|\.js|\.json|\.ts)$/, "$1")));
	expect([...kinds].sort()).toEqual([".d.ts", ".js", ".js.map", ".json", ".ts"]);
});

test("no shipped file names a folder of the machine that built it", () => {
	for (const path of built()) expect(readFileSync(INSTALLED + path, "utf8"), path).not.toContain(ROOT);
});

test.each(["esm", "cjs"] as const)("a stack trace of the %s build leads to the line of the source", (format) => {
	const stack = runConsumer(
		`stack-${format}`,
		format,
		() => `const load = () => ${format === "esm" ? "import" : "require"}("aws-scope");
			process.setSourceMapsEnabled(true);
			Promise.resolve().then(load).then(({ currentAwsScope }) => currentAwsScope()).catch((error) => report(error.stack));`,
	);
	const [, path = "", line] = /at currentAwsScope \(.*?(src\/[^:]+):(\d+):/.exec(String(stack)) ?? [];
	expect(readFileSync(ROOT + path, "utf8").split("\n")[Number(line) - 1]).toContain("NoAwsScopeError");
});

test("every source map leads to sources that are shipped once, so stack traces and debuggers need no repository", () => {
	const maps = built().filter((path) => path.endsWith(".map"));
	expect(maps.length).toBeGreaterThan(3);
	const shown = maps.flatMap((path) => {
		const { sources } = JSON.parse(readFileSync(INSTALLED + path, "utf8")) as { sources: string[] };
		return sources.map((source) => join(dirname(path), source));
	});
	const shipped = built().filter((path) => path.startsWith("dist/sources/"));
	expect([...new Set(shown)].sort()).toEqual(shipped.sort());
	for (const path of shipped) {
		expect(readFileSync(INSTALLED + path, "utf8")).toBe(readFileSync(path.replace("dist/sources/", ROOT), "utf8"));
	}
});

test("every file that names a source map has one; the local AWS, the resources and the ESLint plugin have none", () => {
	for (const path of built().filter((file) => file.endsWith(".js"))) {
		const [, map] = /^\/\/# sourceMappingURL=(\S+)$/m.exec(readFileSync(INSTALLED + path, "utf8")) ?? [];
		if (map !== undefined) expect(built()).toContain(path.replace(/[^/]+$/, map));
		if (/\/(testing|resources|eslint|fan-out|worker|acting)\.js$/.test(path)) expect(map).toBeUndefined();
	}
});

test("the whole package, with the maps of both builds, stays below half a megabyte packed", () => {
	const { size } = JSON.parse(readFileSync(`${INSTALLED}../../packed.json`, "utf8"));
	expect(size).toBeLessThan(500_000);
});
