/** `npm publish`, against a registry of our own: what it sends, and what it leaves in the checkout. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json, text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/entries.js";

/** A checkout of its own, since other tests read the manifest of this one meanwhile. */
const CHECKOUT = `${ROOT}.cache/checkout/`;
const FILES = ["CHANGELOG.md", "LICENSE", "README.md", "dist", "middleware", "package.json", "scripts"];

interface Published {
	readonly versions: Record<string, { readonly peerDependenciesMeta: object; readonly main: string }>;
}

let registry: Server;
let answer: () => number;
let published: Published[];
let publishing: ChildProcess;
beforeAll(async () => {
	rmSync(CHECKOUT, { recursive: true, force: true });
	mkdirSync(CHECKOUT);
	for (const file of FILES) cpSync(ROOT + file, CHECKOUT + file, { recursive: true });
	symlinkSync(`${ROOT}node_modules`, `${CHECKOUT}node_modules`, "junction");
	registry = createServer(async (request, response) => {
		if (request.method === "PUT") published.push((await json(request)) as Published);
		response.writeHead(request.method === "PUT" ? answer() : 404, { "content-type": "application/json" }).end("{}");
	}).listen(0, "127.0.0.1");
	await once(registry, "listening");
});
afterAll(() => void registry.close());

const manifest = () => readFileSync(`${CHECKOUT}package.json`, "utf8");
const own = readFileSync(`${ROOT}package.json`, "utf8");

/** The process that waits for npm's end may need a moment more than this test, which waits for it, too. */
afterEach(async () => {
	while (manifest() !== own) await setTimeout(10);
	expect(readdirSync(CHECKOUT).sort()).toEqual([".cache", ...FILES, "node_modules"].sort());
	expect(readdirSync(`${CHECKOUT}.cache`)).toEqual([]);
}, 30_000);

async function publish(): Promise<{ code: number | null; printed: string }> {
	published = [];
	const host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
	publishing = spawn(
		"npm",
		["publish", "--registry", `http://${host}/`, "--fetch-retries=0", `--//${host}/:_authToken=none`],
		{
			cwd: CHECKOUT,
			env: { ...process.env, AWS_SCOPE_DIST: "built" },
			stdio: ["ignore", "ignore", "pipe"],
		},
	);
	const [printed, [code]] = await Promise.all([
		text(publishing.stderr as NodeJS.ReadableStream),
		once(publishing, "close"),
	]);
	return { code, printed };
}

test("sends the registry the manifest that it packed, and puts the checkout's own back", async () => {
	let swapped = "";
	answer = () => {
		swapped = manifest();
		return 200;
	};
	const { code, printed } = await publish();
	expect(code, printed).toBe(0);
	expect(swapped).not.toBe(own);
	const [version] = Object.values(published[0]?.versions ?? {});
	expect(version?.main).toBe("./dist/cjs/index.js");
	expect(version?.peerDependenciesMeta).toHaveProperty(["@aws-sdk/client-s3"], { optional: true });
	expect(Object.keys(version?.peerDependenciesMeta ?? {}).length).toBeGreaterThan(300);
});

test("puts it back when the registry refuses", async () => {
	answer = () => 403;
	const { code } = await publish();
	expect(code).not.toBe(0);
	expect(published).toHaveLength(1);
});

test("puts it back when npm is killed", async () => {
	answer = () => {
		publishing.kill("SIGKILL");
		return 200;
	};
	await publish();
	expect(published).toHaveLength(1);
});
