/** What thousands of tenants leave behind, with every setting as it comes. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Grown {
	readonly visitsMiB: number;
	readonly scopesMiB: number;
	readonly clients: number;
	readonly sessions: number;
	readonly clientsBuilt: number;
	readonly assumeRoleCalls: number;
}

/** Runs the visits in a process of their own. */
async function visit(env: Record<string, string>, flags = ["--expose-gc"]): Promise<Grown> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[...flags, "--import", "./scripts/ts.mjs", "test/leaks/visits.ts"],
		{ cwd: ROOT, env: { ...process.env, ...env, NODE_OPTIONS: "" } },
	);
	return JSON.parse(stdout) as Grown;
}

test("10,000 tenants visited once with three services leave less than 40 MiB, and 100,000 more scopes nothing", async () => {
	// Requests are sent for some of them only, for time; `npm run bench:memory` sends them for all.
	const grown = await visit({ TENANTS: "10000", SEND: "500", SCOPES: "100000" });
	console.log("10,000 tenants", grown);
	expect(grown).toMatchObject({ clients: 500, sessions: 5_000, clientsBuilt: 30_000 });
	expect(grown.assumeRoleCalls).toBeGreaterThanOrEqual(500);
	expect(grown.visitsMiB).toBeLessThan(40);
	expect(grown.scopesMiB).toBeLessThan(2);
}, 180_000);

test("without --expose-gc it says so instead of passing", async () => {
	await expect(visit({ TENANTS: "1" }, [])).rejects.toThrow(/This needs node --expose-gc/);
});
