/**
 * How long does a cold process take to its first answer from DynamoDB? `npm run ts -- bench/cold-start.ts`
 *
 * Bundles an application with esbuild, minified and with the SDK inside, once with aws-scope and once by hand. Each bundle
 * runs in 15 new processes, in turns, against the local AWS in another process. The time runs from the start of the process.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLERS } from "../test/dist/bundlers.js";
import { withServer } from "./support/local-aws.js";
import { median, must, QUIET, ROOT, SMOKE, show } from "./support/measure.js";

const ROUNDS = SMOKE ? 5 : 15;
const TENANT = "111111111111";
const ANSWER = `.listTables({}).then(() => console.log(performance.now()));`;

/** By what a process acts as: the code by hand, and the same with aws-scope. */
const APPLICATIONS = {
	"as the process itself": {
		byHand: `import { DynamoDB } from "@aws-sdk/client-dynamodb";
new DynamoDB({ region: "us-east-1" })${ANSWER}`,
		scoped: `import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { clients, registerClients } from "aws-scope";
registerClients({ dynamodb: DynamoDB });
clients.dynamodb("us-east-1")${ANSWER}`,
	},
	"as an assumed role": {
		byHand: `import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
new DynamoDB({
	region: "us-east-1",
	credentials: fromTemporaryCredentials({
		params: { RoleArn: "arn:aws:iam::${TENANT}:role/Tenant", RoleSessionName: "bench" },
		clientConfig: { region: "us-east-1" },
	}),
})${ANSWER}`,
		scoped: `import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { accountSessions, clients, registerClients, runInAwsScope } from "aws-scope";
registerClients({ dynamodb: DynamoDB });
const accounts = accountSessions({ role: "Tenant" });
runInAwsScope({ account: "${TENANT}", accounts, region: "us-east-1" }, () => clients.dynamodb()${ANSWER.slice(0, -1)});`,
	},
} as const;

/** What a process acts as. */
export type Application = keyof typeof APPLICATIONS;

/** Milliseconds to the first answer, and kilobytes of the bundles. */
export interface ColdStart {
	readonly byHand: number;
	readonly scoped: number;
	/** The median of the ratios within a round. */
	readonly ratio: number;
	readonly sizes: { readonly byHand: number; readonly scoped: number };
}

async function bundled(directory: string, name: string, code: string): Promise<string> {
	const [entry, file] = [join(directory, `${name}.mjs`), join(directory, `${name}.cjs`)];
	writeFileSync(entry, code);
	await BUNDLERS["esbuild"]?.({ entry, file, format: "cjs", external: [] });
	return file;
}

function firstAnswer(file: string): number {
	const { NODE_OPTIONS: _, ...env } = process.env;
	return Number(execFileSync(process.execPath, [file], { env: { ...QUIET, ...env }, encoding: "utf8" }));
}

/** The figures of each application. */
export async function coldStarts(): Promise<Map<Application, ColdStart>> {
	// Inside the repository, so that the bundler finds the package as an application's would.
	mkdirSync(join(ROOT, ".cache"), { recursive: true });
	const directory = mkdtempSync(join(ROOT, ".cache", "bench-"));
	try {
		return await withServer([TENANT], async (server) => {
			const found = new Map<Application, ColdStart>();
			for (const name of Object.keys(APPLICATIONS) as Application[]) {
				const byHand = await bundled(directory, "by-hand", APPLICATIONS[name].byHand);
				const scoped = await bundled(directory, "scoped", APPLICATIONS[name].scoped);
				const runs: { byHand: number; scoped: number }[] = [];
				// The first round warms the file cache and is not counted.
				for (let round = 0; round <= ROUNDS; round++) {
					const first = round % 2 === 0 ? firstAnswer(byHand) : undefined;
					const run = { scoped: firstAnswer(scoped), byHand: first ?? firstAnswer(byHand) };
					if (round > 0) runs.push(run);
				}
				found.set(name, {
					byHand: median(runs.map((run) => run.byHand)),
					scoped: median(runs.map((run) => run.scoped)),
					ratio: median(runs.map((run) => run.scoped / run.byHand)),
					sizes: { byHand: statSync(byHand).size / 1_000, scoped: statSync(scoped).size / 1_000 },
				});
			}
			const { assumeRole } = await server.count();
			must(assumeRole === 2 * (ROUNDS + 1), `${2 * (ROUNDS + 1)} processes made ${assumeRole} AssumeRole calls`);
			return found;
		});
	} finally {
		rmSync(directory, { recursive: true });
	}
}

/** Prints them. */
export function showColdStarts(figures: ReadonlyMap<Application, ColdStart>): void {
	show(
		["a cold bundle to DynamoDB's first answer", "ms", "ms by hand", "x", "kB", "kB by hand"],
		[...figures].map(([name, { byHand, scoped, ratio, sizes }]) => [
			name,
			scoped.toFixed(1),
			byHand.toFixed(1),
			ratio.toFixed(3),
			sizes.scoped.toFixed(0),
			sizes.byHand.toFixed(0),
		]),
	);
}

if (process.argv[1]?.endsWith("/cold-start.ts")) showColdStarts(await coldStarts());
