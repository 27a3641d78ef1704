/** Both columns of docs/from-boto3.md print the same, each on a moto that was prepared in the same way. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { dynamodb, ec2, s3 } from "../../../resources/index.js";
import { ROOT } from "../../../scripts/entries.js";
import { stepsOf } from "../../../scripts/from-boto3.js";
import { assumeRole } from "../../../src/index.js";
import { emptyMoto, type Moto } from "../support.js";

const FOLDER = `${ROOT}examples/from-boto3/`;
const RUN = `${ROOT}test/moto/resources/from-boto3/run.py`;

// Some steps read and write files in the current folder.
const folder = mkdtempSync(join(tmpdir(), "aws-scope-from-boto3-"));
const former = process.cwd();
beforeAll(() => {
	writeFileSync(join(folder, "notes.txt"), "some notes");
	writeFileSync(join(folder, "credentials"), "[default]\naws_access_key_id=testing\naws_secret_access_key=testing\n");
	process.chdir(folder);
});
afterAll(() => {
	process.chdir(former);
	rmSync(folder, { recursive: true, force: true });
});

/** What the READMEs take for granted. */
async function prepared(): Promise<Moto> {
	const moto = await emptyMoto();
	process.env["AWS_SHARED_CREDENTIALS_FILE"] = join(folder, "credentials");
	const bucket = await s3().createBucket({ Bucket: "my-unique-bucket" });
	for (const Key of ["a.txt", "b.txt"]) await bucket.putObject({ Key, Body: "content" });
	const table = await dynamodb("eu-central-1").createTable({
		TableName: "my-table",
		AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
		BillingMode: "PAY_PER_REQUEST",
	});
	await dynamodb.Table(table.name, "eu-central-1").putItem({ Item: { id: "foo#bar#123", total: 7 } });
	const one = { ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1, InstanceType: "t3.micro" } as const;
	const [instance] = await ec2().createInstances(one);
	process.env["INSTANCE_ID"] = instance?.id;
	const session = assumeRole({ account: "234567890123", role: "a-role-existing-in-all-my-accounts" });
	await ec2({ session, region: "eu-west-1" }).createInstances(one);
	return moto;
}

const files = readdirSync(FOLDER)
	.filter((file) => file.endsWith(".ts"))
	.map((file) => file.slice(0, -3));

test.each(files)("%s", async (name) => {
	const { steps } = stepsOf(name);
	const theirs: Record<string, string[]> = await (async () => {
		await using _moto = await prepared();
		const python = process.env["AWS_SCOPE_MOTO_PYTHON"] as string;
		const { stdout } = await promisify(execFile)(python, [RUN, `${FOLDER}${name}.py`], { env: process.env });
		return JSON.parse(stdout) as Record<string, string[]>;
	})();
	await using _moto = await prepared();
	const ours: Record<string, string[]> = {};
	const module = (await import(`${FOLDER}${name}.ts`)) as Record<string, () => unknown>;
	const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
	try {
		for (const { python, typeScript } of steps) {
			log.mockClear();
			await module[typeScript]?.();
			ours[python] = log.mock.calls.map((values) => values.join(" "));
		}
	} finally {
		log.mockRestore();
	}
	const plain = (printed: object): unknown =>
		JSON.parse(
			JSON.stringify(printed)
				.replace(/"True"/g, '"true"')
				.replace(/"False"/g, '"false"')
				.replace(/"i-[0-9a-f]+"/g, '"i-*"'),
		);
	expect(plain(ours)).toEqual(plain(theirs));
});
