/** A Lambda function as it is deployed: the built package in its `node_modules`, run by AWS's own runtime client. */

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";
import type { LocalAws } from "../../local-aws/index.js";
import { fixture } from "../helpers/fixture.js";
import { type RuntimeApi, type RuntimeApiOptions, startRuntimeApi } from "./runtime-api.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PRELOADED = fileURLToPath(new URL("./rapid-client.cjs", import.meta.url));
const FIXTURE = fixture("node22");
const CLIENT = `${FIXTURE}node_modules/aws-lambda-ric/index.mjs`;

/** Code that is ready to run. Dependencies that it lacks are found further up, in the repository's own `node_modules`. */
export interface Deployment extends Disposable {
	readonly folder: string;
}

/** Builds the sources and puts them where an application has them, beside the handlers and the documentation's example. */
export function deploy(): Deployment {
	mkdirSync(`${ROOT}.cache/lambda`, { recursive: true });
	const folder = mkdtempSync(`${ROOT}.cache/lambda/task-`);
	const deployment = { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
	try {
		fill(folder);
	} catch (cause) {
		deployment[Symbol.dispose]();
		throw cause;
	}
	return deployment;
}

function fill(folder: string): void {
	const installed = `${folder}/node_modules/aws-scope`;
	install(`${installed}/dist`);
	cpSync(`${ROOT}package.json`, `${installed}/package.json`);
	mkdirSync(`${folder}/node_modules/@aws`);
	for (const name of ["@aws/durable-execution-sdk-js", "middy7"]) {
		symlinkSync(`${FIXTURE}node_modules/${name}`, `${folder}/node_modules/${name}`, "junction");
	}
	cpSync(fileURLToPath(new URL("./handlers/", import.meta.url)), folder, { recursive: true });
	const example = transformSync("lambda.ts", readFileSync(`${ROOT}examples/lambda.ts`, "utf8"), { tsconfig: false });
	writeFileSync(`${folder}/example.mjs`, example.code);
	writeFileSync(`${folder}/package.json`, JSON.stringify({ name: "function", private: true, version: "1.0.0" }));
}

/** Builds `dist`, or copies what another file of the same test run has built (test/lambda/build.ts says where). */
function install(dist: string): void {
	const shared = process.env["AWS_SCOPE_BUILD"];
	if (shared === undefined) {
		build(dist);
		return;
	}
	if (!existsSync(`${shared}/dist`)) {
		const aside = mkdtempSync(`${shared}/building-`);
		build(aside);
		try {
			renameSync(aside, `${shared}/dist`);
		} catch (error) {
			// Another file was faster.
			if (!existsSync(`${shared}/dist`)) throw error;
		}
	}
	cpSync(`${shared}/dist`, dist, { recursive: true });
}

function build(dist: string): void {
	const script = ["--import", "./scripts/ts.mjs", "scripts/build.ts", "--js-only", "--out", dist];
	execFileSync(process.execPath, script, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
}

/** How a function is configured. */
export interface FunctionOptions {
	readonly deployment: Deployment;
	readonly aws: LocalAws;
	/** `<module>.<export>`, as in the function's settings. */
	readonly handler: string;
	/** Turns multi-concurrency on: invocations under way at once, and worker threads. */
	readonly concurrency?: number;
	readonly workers?: number;
	/** Stops the process whenever nothing is under way, as Lambda does. */
	readonly freeze?: boolean;
	readonly env?: Readonly<Record<string, string>>;
}

/** An execution environment that waits for invocations. */
export interface RunningFunction extends AsyncDisposable {
	readonly invoke: RuntimeApi["invoke"];
	readonly initError: RuntimeApi["initError"];
	readonly api: RuntimeApi;
	/** How often the process was frozen. */
	readonly freezes: () => number;
	/** Everything that it has printed. */
	readonly output: () => string;
	/** Its exit code, once it is gone. */
	readonly exited: Promise<number | null>;
}

/** Starts the runtime client; the handler is loaded by it. */
export async function start(options: FunctionOptions): Promise<RunningFunction> {
	const { deployment, aws, handler, concurrency, workers = 1, freeze = false } = options;
	let freezes = 0;
	let frozen = false;
	const freezing: Omit<RuntimeApiOptions, "concurrency"> = {
		idle() {
			frozen = child.kill("SIGSTOP");
			freezes += 1;
		},
		busy() {
			if (frozen) frozen = !child.kill("SIGCONT");
		},
	};
	const api = await startRuntimeApi({ concurrency: concurrency ?? 1, workers, ...(freeze ? freezing : {}) });
	const multi = { AWS_LAMBDA_MAX_CONCURRENCY: `${concurrency}`, AWS_LAMBDA_NODEJS_WORKER_COUNT: `${workers}` };
	const child = spawn(process.execPath, ["--require", PRELOADED, CLIENT], {
		cwd: deployment.folder,
		env: {
			PATH: process.env["PATH"],
			...aws.env,
			AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
			// As Lambda's own runtimes start Node.
			NODE_OPTIONS: "--no-experimental-require-module --no-experimental-detect-module",
			AWS_LAMBDA_RUNTIME_API: api.address,
			AWS_LAMBDA_FUNCTION_NAME: "tested",
			AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
			AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
			AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/tested",
			AWS_LAMBDA_LOG_STREAM_NAME: "stream",
			LAMBDA_TASK_ROOT: deployment.folder,
			_HANDLER: handler,
			...(concurrency === undefined ? {} : multi),
			...options.env,
		},
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			output += text;
		});
	}
	const exited = once(child, "close").then(([code]) => {
		api.fail(new Error(`The runtime client ended with code ${code}: ${output}`));
		return code as number | null;
	});
	return {
		invoke: api.invoke,
		initError: api.initError,
		api,
		freezes: () => freezes,
		output: () => output,
		exited,
		async [Symbol.asyncDispose]() {
			// Also ends a frozen process.
			child.kill("SIGKILL");
			await exited;
			await api[Symbol.asyncDispose]();
		},
	};
}

/** Functions that serve several tests of a file, as a warm execution environment does. */
export interface WarmFunctions extends AsyncDisposable {
	/** Starts the function, or gives the one that was started with the same handler and concurrency. */
	start(options: FunctionOptions): Promise<RunningFunction>;
}

export function warmFunctions(): WarmFunctions {
	const started = new Map<string, Promise<RunningFunction>>();
	return {
		start(options) {
			const key = `${options.handler} ${options.concurrency}`;
			const running = started.get(key) ?? start(options);
			started.set(key, running);
			return running;
		},
		async [Symbol.asyncDispose]() {
			for (const running of started.values()) await (await running)[Symbol.asyncDispose]();
		},
	};
}
