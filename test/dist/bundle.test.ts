/** A bundled application keeps the guards: a bundler believes `sideEffects: false` and drops what nothing refers to. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { CONSUMER } from "./pack.js";

const APPLICATION = `
	import { assumeRole, client, runInAwsScope, session } from "aws-scope";
	import { DynamoDB } from "@aws-sdk/client-dynamodb";

	const attempt = async (work) => { try { return await work(); } catch (error) { return error.code ?? error.name; } };
	const tenant = (id) => session({ credentials: { accessKeyId: id, secretAccessKey: "example" } });
	const nowhere = { region: "eu-central-1", endpoint: "http://127.0.0.1:9", maxAttempts: 1 };

	const kept = runInAwsScope(tenant("AKIDFIRST"), () => client(DynamoDB, nowhere));
	const strayed = await attempt(() => runInAwsScope(tenant("AKIDSECOND"), () => kept.listTables({})));
	const lost = await attempt(() => client(DynamoDB, nowhere));
	const named = tenant("AKIDTHIRD");
	const region = await attempt(() => named.run(() => client(DynamoDB, nowhere).config.region()));
	process.stdout.write(JSON.stringify({ strayed, lost, region, kind: typeof assumeRole }));
`;

test.each(["esm", "cjs"] as const)(
	"an application bundled to %s still refuses strayed and lost clients",
	async (format) => {
		const input = `${CONSUMER}application-${format}.mjs`;
		const file = `${CONSUMER}bundled.${format === "esm" ? "mjs" : "cjs"}`;
		// CommonJS has no await at its top level.
		writeFileSync(input, format === "esm" ? APPLICATION : wrapped(APPLICATION));
		const bundle = await rolldown({
			input,
			cwd: CONSUMER,
			platform: "node",
			tsconfig: false,
			external: /^(@aws-sdk|@smithy)\//,
		});
		await bundle.write({ file, format, codeSplitting: false });
		await bundle.close();
		const answer = JSON.parse(execFileSync(process.execPath, [file], { cwd: CONSUMER, encoding: "utf8" }));
		expect(answer).toEqual({ strayed: "STRAYED_CLIENT", lost: "LOST_SCOPE", region: "eu-central-1", kind: "function" });
	},
);

function wrapped(program: string): string {
	const body = program.indexOf("const attempt");
	return `${program.slice(0, body)}(async () => { ${program.slice(body)} })();`;
}
