/** What thousands of tenants leave behind, once clients and sessions have been evicted. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { scale } from "../helpers/scale.js";

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

const TENANTS = scale(500, 10_000);
const SCOPES = 10 * TENANTS;
/** The default for `npm run test:full`. Always fewer than the tenants, so that sessions are evicted, too. */
const SESSIONS = scale(500, 5_000);
/** Little enough that 4 KiB per tenant that stay behind exceed it: 16.4 MiB are kept for 500 sessions. */
const MIB = scale(20, 40);

test(`${TENANTS} tenants visited once with three services leave less than ${MIB} MiB, and ${SCOPES} more scopes nothing`, async () => {
	// Requests are sent for some of them only, for time; `npm run bench:memory` sends them for all.
	const grown = await visit({
		TENANTS: `${TENANTS}`,
		SEND: `${TENANTS / 20}`,
		SCOPES: `${SCOPES}`,
		MAX_SESSIONS: `${SESSIONS}`,
	});
	console.log(grown);
	expect(grown).toMatchObject({ clients: 500, sessions: SESSIONS, clientsBuilt: 3 * TENANTS });
	expect(grown.assumeRoleCalls).toBeGreaterThanOrEqual(TENANTS / 20);
	expect(grown.visitsMiB).toBeLessThan(MIB);
	expect(grown.scopesMiB).toBeLessThan(2);
}, 180_000);

test("without --expose-gc it says so instead of passing", async () => {
	await expect(visit({ TENANTS: "1" }, [])).rejects.toThrow(/This needs node --expose-gc/);
});
