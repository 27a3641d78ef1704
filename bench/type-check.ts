/**
 * What do the types cost the compiler and the editor? `npm run ts -- bench/type-check.ts [path of another tsc …]`
 *
 * Checks an application with three SDK packages: without any import, with the three classes imported, and with `clients`,
 * whose declarations name every service; and one that uses S3 alone, by `clients` and by `aws-scope/resources`. Then asks
 * the compiler's language server, as an editor does, to complete an S3 client and a bucket. The order alternates, and
 * figures are medians.
 */

import Table from "cli-table3";
import { Consumer, tsc } from "../test/types/consumer.js";
import { LanguageServer } from "./support/language-server.js";
import { median, must, SMOKE, show } from "./support/measure.js";

const KEYSTROKES = 15;
const RUNS = SMOKE ? 1 : 7;
const USE = `dynamodb.getItem({ TableName: "t", Key: {} });
s3.putObject({ Bucket: "b", Key: "k" });
sqs.sendMessage({ QueueUrl: "q", MessageBody: "m" });
`;
const PROGRAMS = {
	"nothing imported": "export {};\n",
	"three classes": `import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
const dynamodb = new DynamoDB(), s3 = new S3(), sqs = new SQS();
${USE}`,
	clients: `import { clients } from "aws-scope";
const dynamodb = clients.dynamodb(), s3 = clients.s3(), sqs = clients.sqs();
${USE}`,
	"S3 alone by clients": `import { clients } from "aws-scope";
const s3 = clients.s3();
s3.listObjects({ Bucket: "b", Prefix: "2026/" }).then(({ Contents }) => Contents?.map(({ Key }) => Key));
`,
	"S3 alone by resources": `import { s3 } from "aws-scope/resources";
s3.Bucket("b").objects.filter({ Prefix: "2026/" }).toArray().then((objects) => objects.map(({ key }) => key));
`,
};
type Program = keyof typeof PROGRAMS;

/** What is completed at its end, and one of the names that must be found. */
const COMPLETIONS = {
	"new S3({}).": [`import { S3 } from "@aws-sdk/client-s3";\nnew S3({}).`, "listObjectsV2"],
	"clients.s3().": [`import { clients } from "aws-scope";\nclients.s3().`, "listObjectsV2"],
	's3.Bucket("b").': [`import { s3 } from "aws-scope/resources";\ns3.Bucket("b").`, "objects"],
} as const;
type Completion = keyof typeof COMPLETIONS;

const packages = ["@aws-sdk/client-dynamodb", "@aws-sdk/client-s3", "@aws-sdk/client-sqs"];
const names = Object.keys(PROGRAMS) as Program[];
const fileOf = (name: Program): string => `${name.replaceAll(" ", "-")}.mts`;

/** The compiler's own figures, by name. */
function diagnose(
	application: Consumer,
	name: Program,
	skipLibCheck: boolean,
	compiler?: string,
): ReadonlyMap<string, number> {
	const options = [
		"--module",
		"nodenext",
		"--target",
		"es2022",
		"--types",
		"node",
		"--skipLibCheck",
		String(skipLibCheck),
	];
	const printed = tsc(
		application.root,
		["--noEmit", "--strict", "--extendedDiagnostics", ...options, fileOf(name)],
		compiler,
	);
	if (/error TS/.test(printed)) throw new Error(`The program "${name}" does not compile: ${printed}`);
	const figures = printed.matchAll(/^([A-Z][\w /]+):\s+([\d.]+)/gm);
	return new Map([...figures].map(([, key = "", value = ""]) => [key, Number(value)]));
}

/** Milliseconds that an editor waits: in a file that it has just opened, and after a keystroke. */
async function completionTimes(application: Consumer, name: Completion): Promise<{ first: number; next: number }> {
	const [text, wanted] = COMPLETIONS[name];
	const file = `${application.root}/completion.mts`;
	const server = new LanguageServer(application.root);
	try {
		await server.start(application.root);
		const timed = async (edit: () => void): Promise<number> => {
			const start = performance.now();
			edit();
			const found = await server.complete(file, text);
			must(found.includes(wanted), `${name} is completed by ${found.length} names without ${wanted}`);
			return performance.now() - start;
		};
		const first = await timed(() => server.open(file, text));
		const next: number[] = [];
		for (let key = 0; key < KEYSTROKES; key++) {
			server.change(file, text.slice(0, -1));
			next.push(await timed(() => server.change(file, text)));
		}
		return { first, next: median(next) };
	} finally {
		server.stop();
	}
}

async function showCompletions(application: Consumer): Promise<void> {
	const all = Object.keys(COMPLETIONS) as Completion[];
	const runs = new Map(all.map((name) => [name, [] as { first: number; next: number }[]]));
	for (let run = 0; run < RUNS; run++) {
		for (const name of run % 2 === 0 ? all : all.toReversed())
			runs.get(name)?.push(await completionTimes(application, name));
	}
	show(
		["an editor completes", "ms, file just opened", "ms, after a keystroke"],
		[...runs].map(([name, figures]) => [
			name,
			median(figures.map(({ first }) => first)).toFixed(0),
			median(figures.map(({ next }) => next)).toFixed(1),
		]),
	);
}

/** Prints them, of this repository's compiler and of others. */
export async function showTypeChecks(compilers: readonly string[] = []): Promise<void> {
	const application = new Consumer(packages, { resources: true });
	try {
		for (const name of names) application.write(fileOf(name), PROGRAMS[name]);
		for (const compiler of [undefined, ...compilers]) {
			const version = tsc(application.root, ["--version"], compiler).trim();
			for (const skipLibCheck of [true, false]) {
				const runs = new Map(names.map((name) => [name, [] as ReadonlyMap<string, number>[]]));
				for (let run = 0; run < RUNS; run++) {
					for (const name of run % 2 === 0 ? names : names.toReversed()) {
						runs.get(name)?.push(diagnose(application, name, skipLibCheck, compiler));
					}
				}
				const columns = ["Files", "Types", "Instantiations", "Memory used", "Check time", "Total time"];
				const table = new Table({ head: [`${version}, skipLibCheck ${skipLibCheck}`, ...columns] });
				for (const [name, figures] of runs) {
					const cells = columns.map((column) => median(figures.map((figure) => figure.get(column) ?? Number.NaN)));
					table.push([name, ...cells.map((cell) => Number(cell.toFixed(3)).toLocaleString("en"))]);
				}
				console.log(table.toString());
				const total = (name: Program): number[] =>
					(runs.get(name) ?? []).map((run) => run.get("Total time") ?? Number.NaN);
				const classes = total("three classes");
				const above = median(total("clients").map((time, run) => time - (classes[run] ?? Number.NaN)));
				console.log(`"clients" takes ${above.toFixed(2)} s more than "three classes", in turns.`);
			}
		}
		console.log("Memory in kB, times in seconds.");
		await showCompletions(application);
	} finally {
		application.remove();
	}
}

if (process.argv[1]?.endsWith("/type-check.ts")) {
	await showTypeChecks(process.argv.slice(2).filter((argument) => !argument.startsWith("--")));
}
