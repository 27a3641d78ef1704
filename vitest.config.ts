import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `npm run test:full` gives each file a process of its own, and its storms their full size (`test/helpers/scale.ts`). */
const isFull = process.argv.includes("--mode=full");

/** The examples import the package by its name. */
const alias = [
	{ find: /^aws-scope$/, replacement: source("./src/index.ts") },
	{ find: /^aws-scope\/fan-out$/, replacement: source("./fan-out/index.ts") },
	{ find: /^aws-scope\/eslint$/, replacement: source("./eslint/index.ts") },
	{ find: /^aws-scope\/resources$/, replacement: source("./resources/index.ts") },
	{ find: /^aws-scope\/worker$/, replacement: source("./worker/index.ts") },
	{ find: /^aws-scope\/testing$/, replacement: source("./local-aws/index.ts") },
	{ find: /^aws-scope\/(\w+)$/, replacement: source("./middleware/$1.ts") },
];

export default defineConfig({
	test: {
		pool: "forks",
		// Most files wait for sockets more than they compute; the default leaves one core of two idle.
		maxWorkers: "100%",
		// Leak tests collect garbage themselves, and fail without it. Vitest 4 keeps these options at the top level.
		execArgv: ["--expose-gc"],
		// A timer, socket or rejection that nobody awaited fails the run (this is also the default; it is a promise here).
		dangerouslyIgnoreUnhandledErrors: false,
		allowOnly: false,
		passWithNoTests: false,
		testTimeout: 30_000,
		hookTimeout: 30_000,
		env: {
			// Node 20 makes the SDK announce its own end of support in every process. Only the tests are spared.
			AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
			// No test may find the developer's own identity, or ask the instance metadata service for one.
			AWS_EC2_METADATA_DISABLED: "true",
			AWS_CONFIG_FILE: source("./test/no-such-config"),
			AWS_SHARED_CREDENTIALS_FILE: source("./test/no-such-credentials"),
		},
		projects: [
			{
				extends: true,
				resolve: { alias },
				test: {
					name: "main",
					include: ["test/**/*.test.ts"],
					exclude: ["**/node_modules/**", "test/dist/**", "test/moto/**"],
					// Starting a process and loading the SDK for each of 150 files takes longer than most of their tests.
					isolate: isFull,
					globalSetup: ["test/lambda/build.ts"],
					setupFiles: isFull ? [] : ["test/helpers/fresh.ts"],
					env: { TEST_SCALE: isFull ? "full" : "quick" },
				},
			},
			{
				extends: true,
				test: {
					name: "dist",
					include: ["test/dist/**/*.test.ts"],
					globalSetup: ["test/dist/pack.ts"],
					testTimeout: 120_000,
					hookTimeout: 300_000,
				},
			},
			// Only `npm run test:moto` has started the server that these tests need.
			...(process.env["AWS_SCOPE_MOTO"] === undefined
				? []
				: [
						{
							extends: true as const,
							resolve: { alias },
							test: { name: "moto", include: ["test/moto/**/*.test.ts"], fileParallelism: false, testTimeout: 120_000 },
						},
					]),
		],
	},
});
