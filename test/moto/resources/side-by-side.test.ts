/** The same tasks in boto3's resources and in these, one after the other against moto: equal results. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { emptyMoto } from "../support.js";
import { tasks } from "./side-by-side/tasks.js";

test("what boto3's resources give, these give", async () => {
	const script = fileURLToPath(new URL("side-by-side/tasks.py", import.meta.url));
	const python = process.env["AWS_SCOPE_MOTO_PYTHON"] as string;
	const theirs: Record<string, unknown> = await (async () => {
		await using _moto = await emptyMoto();
		const { stdout } = await promisify(execFile)(python, [script], { env: { ...process.env } });
		return JSON.parse(stdout) as Record<string, unknown>;
	})();
	await using _moto = await emptyMoto();
	const ours: Record<string, unknown> = {};
	for (const [name, run] of Object.entries(tasks())) {
		ours[name] = await run().catch((error: unknown) => String(error));
	}
	expect(Object.keys(ours)).toEqual(Object.keys(theirs));
	expect(ours).toEqual(theirs);
	console.log(`${Object.keys(ours).length} tasks, equal in boto3 and here.`);
});
