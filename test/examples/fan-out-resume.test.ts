/** The example that resumes a fan-out from what was collected. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { collectTables } from "../../examples/fan-out-resume.js";
import { accountsInRegions } from "../../fan-out/index.js";
import { resetAwsScope, startLocalAws } from "../../local-aws/index.js";

test("what was collected is not asked for again, and what failed is", async () => {
	const folder = mkdtempSync(`${tmpdir()}/resume-`);
	const ids = Array.from({ length: 6 }, (_, index) => String(index + 1).padStart(12, "0"));
	const asked: string[] = [];
	const aws = await startLocalAws({
		accounts: ids,
		handlers: {
			dynamodb: ({ identity, region }) => {
				asked.push(`${identity.accountId} ${region}`);
				return { body: { TableNames: [identity.accountId] } };
			},
		},
	});
	const environment = aws.useEnv();
	try {
		const targets = accountsInRegions(ids, ["eu-west-1", "us-east-1"]);
		const file = `${folder}/tables.ndjson`;
		const down = aws.fail({ service: "dynamodb", account: ids[2] as string, kind: "error", status: 400, code: "Down" });
		expect(await collectTables(targets, file)).toEqual({ failed: 2 });
		down[Symbol.dispose]();
		asked.length = 0;
		expect(await collectTables(targets, file)).toEqual({ failed: 0 });
		expect(asked.sort()).toEqual([`${ids[2]} eu-west-1`, `${ids[2]} us-east-1`]);
		const lines = readFileSync(file, "utf8").trim().split("\n");
		expect(new Set(lines).size).toBe(12);
		expect(JSON.parse(lines[0] as string)).toMatchObject({ region: expect.any(String), tables: [expect.any(String)] });
	} finally {
		await resetAwsScope();
		environment[Symbol.dispose]();
		await aws.close();
		rmSync(folder, { recursive: true, force: true });
	}
});
