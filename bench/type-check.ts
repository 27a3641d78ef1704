/**
 * What do the accessors' types cost the compiler? `npm run ts -- bench/type-check.ts [path of another tsc …]`
 *
 * Checks an application with three SDK packages: without any import, with the three classes imported, and with `clients`,
 * whose declarations name every service. The order alternates, and figures are medians.
 */

import Table from "cli-table3";
import { Consumer, tsc } from "../test/types/consumer.js";

const RUNS = 7;
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
};
type Program = keyof typeof PROGRAMS;

const median = (values: readonly number[]): number =>
	values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const application = new Consumer(["@aws-sdk/client-dynamodb", "@aws-sdk/client-s3", "@aws-sdk/client-sqs"]);
const names = Object.keys(PROGRAMS) as Program[];
const fileOf = (name: Program): string => `${name.replaceAll(" ", "-")}.mts`;

/** The compiler's own figures, by name. */
function diagnose(name: Program, skipLibCheck: boolean, compiler?: string): ReadonlyMap<string, number> {
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

try {
	for (const name of names) application.write(fileOf(name), PROGRAMS[name]);
	for (const compiler of [undefined, ...process.argv.slice(2)]) {
		const version = tsc(application.root, ["--version"], compiler).trim();
		for (const skipLibCheck of [true, false]) {
			const runs = new Map(names.map((name) => [name, [] as ReadonlyMap<string, number>[]]));
			for (let run = 0; run < RUNS; run++) {
				for (const name of run % 2 === 0 ? names : names.toReversed()) {
					runs.get(name)?.push(diagnose(name, skipLibCheck, compiler));
				}
			}
			const columns = ["Files", "Types", "Instantiations", "Memory used", "Check time", "Total time"];
			const table = new Table({ head: [`${version}, skipLibCheck ${skipLibCheck}`, ...columns] });
			for (const [name, figures] of runs) {
				const cells = columns.map((column) => median(figures.map((figure) => figure.get(column) ?? Number.NaN)));
				table.push([name, ...cells.map((cell) => Number(cell.toFixed(3)).toLocaleString("en"))]);
			}
			console.log(table.toString());
		}
	}
	console.log("Memory in kB, times in seconds.");
} finally {
	application.remove();
}
