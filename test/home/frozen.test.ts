/** Under a frozen global object (SES, some test runners) there is still one home per process. */

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), "aws-scope-copy-"));
beforeAll(() => {
	cpSync(join(root, "src"), join(elsewhere, "src"), { recursive: true });
	writeFileSync(join(elsewhere, "package.json"), '{ "type": "module" }');
	symlinkSync(join(root, "node_modules"), join(elsewhere, "node_modules"), "dir");
});
afterAll(() => rmSync(elsewhere, { recursive: true }));

/** Runs two copies of the package in a process of its own and gives what it printed. */
async function inTwoCopies(program: string): Promise<unknown> {
	const copy = (directory: string): string => JSON.stringify(pathToFileURL(join(directory, "src/index.ts")).href);
	// The SDK itself is loaded first: it could not be loaded any more.
	const whole = `
		const { STS } = await import("@aws-sdk/client-sts");
		Object.freeze(globalThis);
		const one = await import(${copy(root)});
		const two = await import(${copy(elsewhere)});
		const keys = (accessKeyId, accountId) => ({ accessKeyId, secretAccessKey: "example", accountId });
		const mine = one.session({ credentials: keys("AKIDEXAMPLE", "111111111111"), region: "eu-west-1" });
		${program}`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--import", join(root, "scripts/ts.mjs"), "--input-type=module", "--eval", whole],
		{ cwd: root },
	);
	return JSON.parse(stdout);
}

test("two copies of the package share it: scopes, sessions, clients, settings and laws", async () => {
	const shared = await inTwoCopies(`
		one.configure({ region: "eu-north-1" });
		const [account, sameClient] = mine.run(() => [
			two.currentAwsScope().account,
			one.client(STS) === two.client(STS),
		]);
		let lost;
		try {
			two.client(STS);
		} catch (error) {
			lost = error.code;
		}
		console.log(JSON.stringify({
			extensible: Object.isExtensible(globalThis),
			two: one.runInAwsScope !== two.runInAwsScope,
			account,
			sameClient,
			sameSession: two.session({ credentials: keys("AKIDEXAMPLE", "111111111111"), region: "eu-west-1" }) === mine,
			sameDefault: one.defaultSession() === two.defaultSession(),
			lost,
			built: two.stats().clientsBuilt,
		}));`);
	expect(shared).toEqual({
		extensible: false,
		two: true,
		account: "111111111111",
		sameClient: true,
		sameSession: true,
		sameDefault: true,
		lost: "LOST_SCOPE",
		built: 1,
	});
});
