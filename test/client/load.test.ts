import { delimiter } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadDocumentClass, loadServiceClass } from "../../src/client/service-class.js";
import { Layout, PRINT_COPY, PRINT_SAME, PRINT_SAME_CJS } from "./layout.js";

const SDK = "node_modules/@aws-sdk/client-sqs";
let layout: Layout;

beforeEach(() => {
	layout = new Layout();
});
afterEach(() => layout.remove());

/** A pnpm workspace without hoisting: the application's dependencies are linked in its own node_modules alone. */
async function pnpmWorkspace(): Promise<void> {
	const store = "node_modules/.pnpm";
	await layout.library(`${store}/aws-scope@1/node_modules/aws-scope`);
	layout.sdk(`${store}/client-sqs@3/${SDK}`, "app");
	layout.link("packages/a/node_modules/aws-scope", `${store}/aws-scope@1/node_modules/aws-scope`);
	layout.link(`packages/a/${SDK}`, `${store}/client-sqs@3/${SDK}`);
	layout.sdk(`${store}/client-sqs@2/${SDK}`, "hoisted");
	layout.link(`${store}/${SDK}`, `${store}/client-sqs@2/${SDK}`);
}

describe("an SDK package is the application's own copy", () => {
	it("in this very process", () => {
		expect(loadServiceClass("dynamodb")).toBe(DynamoDB);
		expect(loadDocumentClass()).toBe(DynamoDBDocument);
	});

	it("installed by npm, for import and for require, wherever the process was started", async () => {
		await layout.library("app/node_modules/aws-scope");
		layout.sdk(`app/${SDK}`, "app");
		layout.sdk(`elsewhere/${SDK}`, "stranger");
		layout.file("app/dist/main.mjs", PRINT_SAME);
		layout.file("app/dist/main.cjs", PRINT_SAME_CJS);
		expect(layout.run("app/dist/main.mjs", { cwd: "elsewhere" })).toBe("app true");
		expect(layout.run("app/dist/main.cjs", { cwd: "elsewhere" })).toBe("app true");
	});

	it("when Node is started with the directory of the application", async () => {
		await layout.library("lib/node_modules/aws-scope");
		layout.sdk(`app/${SDK}`, "app");
		layout.link("app/node_modules/aws-scope", "lib/node_modules/aws-scope");
		layout.file("app/package.json", JSON.stringify({ main: "main.mjs" }));
		layout.file("app/main.mjs", PRINT_SAME);
		expect(layout.run("app")).toBe("app true");
	});

	it("linked by pnpm in the application's node_modules alone", async () => {
		await pnpmWorkspace();
		layout.file("packages/a/main.mjs", PRINT_SAME);
		expect(layout.run("packages/a/main.mjs")).toBe("app true");
	});

	it("with --preserve-symlinks", async () => {
		await pnpmWorkspace();
		layout.file("packages/a/main.cjs", PRINT_SAME_CJS);
		const flags = ["--preserve-symlinks", "--preserve-symlinks-main"];
		expect(layout.run("packages/a/main.cjs", { flags })).toBe("app true");
	});

	it("in a workspace whose root has another version", async () => {
		await layout.library("node_modules/aws-scope");
		layout.sdk(SDK, "root");
		layout.sdk(`packages/a/${SDK}`, "app");
		layout.file("packages/a/main.mjs", PRINT_SAME);
		expect(layout.run("packages/a/main.mjs")).toBe("app true");
	});

	it("in a worker of a test runner that lives in pnpm's store", async () => {
		await pnpmWorkspace();
		layout.file("packages/a/a.test.mjs", PRINT_SAME);
		const runner = "node_modules/.pnpm/runner@1/node_modules/runner/worker.mjs";
		layout.file(runner, `await import(${JSON.stringify(layout.path("packages/a/a.test.mjs"))});`);
		// pnpm's own shims set NODE_PATH to the hoisted copies, which are no choice of the application's.
		const env = { NODE_PATH: layout.path("node_modules/.pnpm/node_modules") };
		expect(layout.run(runner, { cwd: "packages/a", env })).toBe("app true");
	});

	it("in a worker thread", async () => {
		await pnpmWorkspace();
		layout.file("packages/a/thread.mjs", PRINT_SAME);
		layout.file(
			"packages/a/main.mjs",
			`import { Worker } from "node:worker_threads"; new Worker(new URL("./thread.mjs", import.meta.url));`,
		);
		expect(layout.run("packages/a/main.mjs")).toBe("app true");
	});

	it("in the current directory for `node -e`, which is where Node itself looks", async () => {
		await pnpmWorkspace();
		expect(layout.node(["-e", PRINT_SAME_CJS], { cwd: "packages/a" })).toBe("app true");
	});
});

describe("a program that is installed somewhere else", () => {
	beforeEach(async () => {
		await layout.library("usr/lib/node_modules/cli/node_modules/aws-scope");
		layout.file("usr/lib/node_modules/cli/bin.mjs", PRINT_COPY);
		layout.link("usr/bin/cli.mjs", "usr/lib/node_modules/cli/bin.mjs");
		layout.sdk(`visited/${SDK}`, "stranger");
	});

	it("uses its own packages", () => {
		layout.sdk(`usr/lib/node_modules/cli/${SDK}`, "cli");
		expect(layout.run("usr/bin/cli.mjs", { cwd: "visited" })).toBe("cli");
	});

	it("runs no code of the directory it is called in, not even for want of its own", () => {
		expect(layout.run("usr/bin/cli.mjs", { cwd: "visited" })).toMatch(/^MissingPackageError: /);
	});
});

describe("in Lambda", () => {
	const run = (handler = "src/app.handler") =>
		layout.run("var/runtime/index.mjs", {
			cwd: "var/task",
			env: {
				LAMBDA_TASK_ROOT: layout.path("var/task"),
				LAMBDA_RUNTIME_DIR: layout.path("var/runtime"),
				NODE_PATH: [layout.path("opt/nodejs/node_modules"), layout.path("var/runtime/node_modules")].join(delimiter),
				_HANDLER: handler,
			},
		});

	beforeEach(async () => {
		layout.sdk(`var/runtime/${SDK}`, "lambda");
		layout.file(
			"var/task/src/app.cjs",
			`import("aws-scope").then(({ loadServiceClass }) => console.log(loadServiceClass("sqs").copy));`,
		);
		layout.file("var/runtime/index.mjs", `import ${JSON.stringify(layout.path("var/task/src/app.cjs"))};`);
		await layout.library("var/task/node_modules/aws-scope");
	});

	it("the function's own copy wins over Lambda's", () => {
		layout.sdk(`var/task/${SDK}`, "task");
		expect(run()).toBe("task");
	});

	it("a copy beside the handler wins over one at the root", () => {
		layout.sdk(`var/task/${SDK}`, "task");
		layout.sdk(`var/task/src/${SDK}`, "handler");
		expect(run()).toBe("handler");
	});

	it("a layer's copy wins over Lambda's", () => {
		layout.sdk(`opt/nodejs/${SDK}`, "layer");
		expect(run()).toBe("layer");
	});

	it("Lambda's copy serves a function that brings none", () => {
		expect(run()).toBe("lambda");
	});
});

describe("a package that cannot be had", () => {
	beforeEach(async () => {
		await layout.library("app/node_modules/aws-scope");
		layout.file("app/main.mjs", PRINT_COPY);
	});

	it("is named with the command that installs it and the places looked at", () => {
		const printed = layout.run("app/main.mjs");
		expect(printed).toMatch(/^MissingPackageError: .*`npm install @aws-sdk\/client-sqs`/);
		expect(printed).toContain(layout.path("app"));
	});

	it("is found as soon as it has been installed, without a restart", () => {
		layout.sdk("prepared/client-sqs", "app");
		layout.file(
			"app/later.mjs",
			`import { cpSync } from "node:fs"; import { loadServiceClass } from "aws-scope";
try { loadServiceClass("sqs"); } catch (error) { console.log(error.code); }
cpSync(${JSON.stringify(layout.path("prepared"))}, ${JSON.stringify(layout.path("app/node_modules/@aws-sdk"))}, { recursive: true });
console.log(loadServiceClass("sqs").copy);`,
		);
		expect(layout.run("app/later.mjs")).toBe("MISSING_PACKAGE\napp");
	});

	it("is not called missing when it is there and throws, and its own error is the cause", () => {
		layout.file(`app/${SDK}/index.js`, `throw new Error("no such addon");`);
		layout.file(
			"app/broken.mjs",
			`import { loadServiceClass } from "aws-scope";
try { loadServiceClass("sqs"); } catch (error) { console.log(error.code, error.cause.message, "|", error.message); }`,
		);
		const printed = layout.run("app/broken.mjs");
		expect(printed).not.toContain("MISSING_PACKAGE");
		expect(printed).toMatch(/no such addon \| The package @aws-sdk\/client-sqs is installed \(.*\) but failed to load/);
	});

	it("is not called missing when one of its own dependencies is", () => {
		layout.file(`app/${SDK}/index.js`, `require("@smithy/not-there");`);
		expect(layout.run("app/main.mjs")).toMatch(
			/is installed .* but failed to load: Cannot find module '@smithy\/not-there'/,
		);
	});

	it("is not called missing when its main file is gone", () => {
		layout.file(`app/${SDK}/package.json`, JSON.stringify({ name: "sdk", main: "gone.js" }));
		expect(layout.run("app/main.mjs")).toMatch(/is installed .* but failed to load: Cannot find module/);
	});
});

it("a service that is newer than this library is served when its package is installed", async () => {
	await layout.library("app/node_modules/aws-scope");
	layout.sdk("app/node_modules/@aws-sdk/client-brand-new2", "app");
	layout.file(
		"app/main.mjs",
		`import { loadServiceClass } from "aws-scope";
console.log(loadServiceClass("brandNew2").copy);
try { loadServiceClass("brandNew3"); } catch (error) { console.log(error.code); }`,
	);
	expect(layout.run("app/main.mjs")).toBe("app\nUNKNOWN_SERVICE");
});
