/** Code that uses the package is tested with Jest, in its plain CommonJS mode and with ES modules. */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixture } from "../helpers/fixture.js";
import { CONSUMER } from "./pack.js";

const folder = `${CONSUMER}jest/`;
const PACKAGES = ["aws-scope", "aws-scope/testing", "@aws-sdk/client-dynamodb", "aws-sdk-client-mock"] as const;

/** What the two kinds of modules write differently. */
const MODES = {
	cjs: {
		flags: [],
		imports: PACKAGES.map((name, index) => `const m${index} = require("${name}");`),
		again: (name: string) => `require("${name}")`,
	},
	mjs: {
		flags: ["--experimental-vm-modules"],
		imports: [
			...PACKAGES.map((name, index) => `import * as m${index} from "${name}";`),
			'import { jest } from "@jest/globals";',
		],
		again: (name: string) => `(await import("${name}"))`,
	},
} as const;
type Mode = keyof typeof MODES;

const suite = ({ imports, again }: (typeof MODES)[Mode]): string => `
${imports.join("\n")}
const { accountSessions, clients, defaultSession, runInAwsScope, session } = m0;
const { resetAwsScope, startLocalAws } = m1;
const { DynamoDB, DynamoDBClient, ListTablesCommand } = m2;
const { mockClient } = m3;

const TENANT = "222222222222";
let aws, env;
beforeAll(async () => {
	const dynamodb = ({ identity }) => ({ body: { TableNames: [identity.accountId] } });
	aws = await startLocalAws({ accounts: ["111111111111", TENANT], handlers: { dynamodb } });
	env = aws.useEnv();
});
afterEach(() => resetAwsScope());
afterAll(async () => {
	env[Symbol.dispose]();
	await aws.close();
});

const accounts = accountSessions({ role: "orders" });
const signer = async () => (await clients.dynamodb().listTables({})).TableNames;
const asTenant = (fn) => runInAwsScope({ account: TENANT, accounts }, fn);

test("the default session signs", async () => {
	expect(await defaultSession().run(signer)).toEqual(["111111111111"]);
});
test("a role signs, and says who it is", async () => {
	expect(await asTenant(signer)).toEqual([TENANT]);
	expect((await accounts(TENANT).whoami()).account).toBe(TENANT);
});
test("clients are of the class that the test imports", async () => {
	expect(asTenant(() => clients.dynamodb())).toBeInstanceOf(DynamoDB);
});
test("a mock of the class answers", async () => {
	const mock = mockClient(DynamoDBClient);
	mock.on(ListTablesCommand).resolves({ TableNames: ["mocked"] });
	expect(await asTenant(signer)).toEqual(["mocked"]);
	mock.restore();
	expect(await asTenant(signer)).toEqual([TENANT]);
});
test("requests are sent under fake timers", async () => {
	jest.useFakeTimers();
	try {
		expect(await asTenant(signer)).toEqual([TENANT]);
	} finally {
		jest.useRealTimers();
	}
});
test("a module registry that was reset shares the scope", async () => {
	const table = asTenant(() => clients.dynamodb());
	jest.resetModules();
	const again = ${again("aws-scope")};
	const sdk = ${again("@aws-sdk/client-dynamodb")};
	expect(again.runInAwsScope).not.toBe(runInAwsScope);
	await asTenant(async () => {
		expect((await again.clients.dynamodb().listTables({})).TableNames).toEqual([TENANT]);
		expect(again.clients.dynamodb()).toBeInstanceOf(sdk.DynamoDB);
	});
	await expect(again.runInAwsScope(defaultSession(), async () => table.listTables({}))).rejects.toMatchObject({
		code: "STRAYED_CLIENT",
	});
});
`;

describe.each(["jest", "jest29"])("%s", (jest) => {
	test.each(Object.entries(MODES))("runs a suite as %s", (mode, { flags }) => {
		mkdirSync(folder, { recursive: true });
		writeFileSync(`${folder}orders.test.${mode}`, suite(MODES[mode as Mode]));
		const config = `${folder}${mode}.json`;
		writeFileSync(
			config,
			JSON.stringify({
				rootDir: folder,
				testMatch: [`**/*.test.${mode}`],
				transform: {},
				cacheDirectory: `${folder}cache`,
			}),
		);
		const args = [...flags, `${fixture("tools")}node_modules/${jest}/bin/jest.js`, "--config", config, "--runInBand"];
		const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
		expect(stderr, stderr).toContain("Tests:       6 passed, 6 total");
		expect(status).toBe(0);
	});
});
