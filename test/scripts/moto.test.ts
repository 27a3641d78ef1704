/** The referee is skipped, and says so, where it cannot run. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/entries.js";

test("without Python the moto tests are skipped with one line, not failed", () => {
	const empty = mkdtempSync(join(tmpdir(), "no-python-"));
	try {
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			["--import", "./scripts/ts.mjs", "scripts/moto.ts"],
			{ cwd: ROOT, encoding: "utf8", env: { ...process.env, PATH: empty, Path: empty } },
		);
		expect(stderr).toBe("");
		expect(stdout).toBe("moto: skipped, because there is no Python 3.10 or later with venv and pip on the PATH.\n");
		expect(status).toBe(0);
	} finally {
		rmSync(empty, { recursive: true });
	}
});
