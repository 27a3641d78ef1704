/**
 * moto's Step Functions runs the workflow of the example: reads the targets from S3, starts a child execution for each,
 * retries, and tolerates failures. It has no Lambda without Docker, so its calls to Lambda come to a server here, which
 * calls the real handler; all its other calls go to moto.
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { environment, setEnvironment } from "../../../local-aws/environment.js";
import { resetAwsScope } from "../../../local-aws/index.js";
import { startMoto } from "../../../scripts/moto.server.js";
import { accountSessions, clients } from "../../../src/index.js";
import { distributedMapHandler, type WorkerTarget } from "../../../worker/index.js";
import { OWN, ROLE } from "../support.js";

const WORKFLOW = fileURLToPath(new URL("../../../examples/workers/distributed-map.asl.json", import.meta.url));

type Handler = (event: unknown) => Promise<unknown>;

/** What Step Functions calls: Lambda here, as its API has it, and moto for the rest. */
async function startCalls(handler: Handler) {
	let moto = "";
	const invoke = async (call: IncomingMessage, answer: ServerResponse): Promise<void> => {
		const event: unknown = JSON.parse((await buffer(call)).toString());
		try {
			answer.end(JSON.stringify((await handler(event)) ?? null));
		} catch (error) {
			const { name: errorType, message: errorMessage } = error as Error;
			answer.setHeader("x-amz-function-error", "Unhandled");
			answer.end(JSON.stringify({ errorType, errorMessage }));
		}
	};
	const server = createServer((call, answer) => {
		if (call.url?.startsWith("/2015-03-31/functions/")) {
			void invoke(call, answer);
			return;
		}
		const { method, headers } = call;
		const onwards = request(`${moto}${call.url}`, { method, headers }, (response) => {
			answer.writeHead(response.statusCode ?? 500, response.headers);
			response.pipe(answer);
		});
		call.pipe(onwards);
	});
	server.listen(0, "localhost");
	await once(server, "listening");
	return {
		port: (server.address() as AddressInfo).port,
		leadTo(endpoint: string) {
			moto = endpoint;
		},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		},
	};
}

/** A moto of its own, because where Step Functions sends its calls is fixed when it starts. */
async function startStepFunctions(handler: Handler) {
	const calls = await startCalls(handler);
	const moto = await startMoto(process.env["AWS_SCOPE_MOTO_PYTHON"] as string, calls.port);
	calls.leadTo(moto.endpoint);
	const config = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
	await fetch(`${moto.endpoint}/moto-api/config`, { method: "POST", body: config });
	const key = { accessKeyId: "testing", secretAccessKey: "testing", accountId: OWN, arn: `arn:aws:iam::${OWN}:root` };
	const restore = setEnvironment({
		...environment(moto.endpoint, "us-east-1", key),
		AWS_ENDPOINT_URL: moto.endpoint,
	});
	return {
		async [Symbol.asyncDispose]() {
			await resetAwsScope();
			restore();
			await moto.end();
			await calls[Symbol.asyncDispose]();
		},
	};
}

/** Runs the workflow of the example for these lines. */
async function run(csv: string) {
	const s3 = clients.s3({ forcePathStyle: true, session: own() });
	await s3.createBucket({ Bucket: "targets" });
	await s3.putObject({ Bucket: "targets", Key: "targets.csv", Body: csv });
	const sfn = clients.sfn({ session: own(), disableHostPrefix: true });
	const definition = readFileSync(WORKFLOW, "utf8")
		.replace(/\$\{FunctionArn\}/, "worker")
		.replaceAll(/\$\{BucketName\}/g, "targets")
		// moto 5.2 parses only a fraction here.
		.replace('"ToleratedFailurePercentage": 100', '"ToleratedFailurePercentage": 100.0');
	const { stateMachineArn } = await sfn.createStateMachine({
		name: "targets",
		roleArn: `arn:aws:iam::${OWN}:role/Workflow`,
		definition,
	});
	const input = JSON.stringify({ key: "targets.csv" });
	const { executionArn } = await sfn.startExecution({ stateMachineArn, input });
	for (;;) {
		const execution = await sfn.describeExecution({ executionArn });
		if (execution.status !== "RUNNING") {
			const { Contents = [] } = await s3.listObjectsV2({ Bucket: "targets", Prefix: "results" });
			return { ...execution, written: Contents.map(({ Key }) => Key) };
		}
		await wait(50);
	}
}

const own = () => accountSessions({ role: "Own" })(OWN);

test("the workflow does each line of its file in its own account, tries again what fails, and not what is denied", async () => {
	const accounts = accountSessions({ role: ROLE });
	const attempts = new Map<string, number>();
	const acted = new Map<string, string | undefined>();
	const handler = distributedMapHandler(
		async ({ account, region, note }: WorkerTarget) => {
			attempts.set(account, (attempts.get(account) ?? 0) + 1);
			if (note === "fails once" && attempts.get(account) === 1) throw new Error("on purpose");
			acted.set(account, (await clients.sts().getCallerIdentity({})).Account);
			return { account, region };
		},
		{ accounts },
	);
	const invoked: unknown[] = [];
	await using _world = await startStepFunctions((event) => {
		invoked.push(event);
		return handler(event);
	});
	const ids = Array.from({ length: 24 }, (_, index) => String(index + 1).padStart(12, "0"));
	const lines = ids.map((id, index) => `${id},eu-west-1,${index % 8 === 3 ? "fails once" : ""}`);
	const execution = await run(["account,region,note", ...lines, "123,eu-west-1,", ""].join("\n"));
	expect(execution.status, `${execution.error}: ${execution.cause}`).toBe("SUCCEEDED");
	expect([...acted.keys()].sort()).toEqual(ids);
	expect([...acted].filter(([account, who]) => account !== who)).toEqual([]);
	expect([...attempts.values()].filter((count) => count === 2)).toHaveLength(3);
	console.log(
		`${invoked.length} invocations for 25 lines: 24 done, 3 of them on the second attempt, 1 malformed; ${execution.output}`,
	);
	const { ResultWriterDetails } = JSON.parse(execution.output ?? "") as { ResultWriterDetails: { Key: string } };
	expect(execution.written).toEqual([ResultWriterDetails.Key]);
	// The malformed line is refused once, and not tried again.
	expect(invoked).toHaveLength(24 + 3 + 1);
}, 120_000);
