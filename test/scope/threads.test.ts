/** What may cross to another thread or process: plain data that names an account, and never a session or a secret. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients, currentAwsScope, defaultSession, session } from "../../src/index.js";
import { OWN, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import type { Order, Told } from "./thread.js";

const A = tenant(0);
const GIVEN = { accessKeyId: "AKIAGIVENKEY", secretAccessKey: "given-secret", sessionToken: "given-token" };

let all: TenantAws;
/** What somebody might send by mistake. */
const mistakes: Record<string, unknown> = {};
/** What must never be read elsewhere. */
const secrets: string[] = [];
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
	const assumed = all.accounts(A);
	await assumed.whoami();
	const given = session({ credentials: GIVEN });
	for (const identity of [assumed, given, defaultSession()]) {
		const { secretAccessKey, sessionToken } = await identity.credentials();
		secrets.push(secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken]));
	}
	Object.assign(mistakes, {
		"an assumed role's session": assumed,
		"a session of given credentials": given,
		"the process's own session": defaultSession(),
		"a session in a spec": { session: assumed, region: "eu-west-1" },
		"a copy of a session's members": { ...assumed },
		"the current scope": assumed.run(currentAwsScope),
		"a session's credentials": assumed.credentials,
		"a session's clients": assumed.clients,
		"a client": assumed.run(() => clients.dynamodb()),
		"accountSessions()": { accounts: all.accounts },
	});
});
afterAll(() => all[Symbol.asyncDispose]());

const file = fileURLToPath(new URL("./thread.ts", import.meta.url));
const execArgv = ["--import", fileURLToPath(new URL("../../scripts/ts.mjs", import.meta.url))];
const names = [
	"an assumed role's session",
	"a session of given credentials",
	"the process's own session",
	"a session in a spec",
	"a copy of a session's members",
	"the current scope",
	"a session's credentials",
	"a session's clients",
	"a client",
	"accountSessions()",
];

/** Gives an order, and what is told next. */
async function tell(other: Worker | ChildProcess, order: Order): Promise<Told> {
	const told = once(other, "message");
	if (other instanceof Worker) other.postMessage(order);
	else other.send(order);
	return (await told)[0] as Told;
}

const start = () => {
	const worker = new Worker(file, { execArgv });
	const stop = async () => void (await worker.terminate());
	return Object.assign(worker, { [Symbol.asyncDispose]: stop });
};

describe("a worker thread", () => {
	let worker: ReturnType<typeof start>;
	beforeAll(() => {
		worker = start();
	});
	afterAll(() => worker[Symbol.asyncDispose]());

	test.each(names)("is never sent %s, wherever it stands", async (name) => {
		const mistake = mistakes[name];
		expect(mistake).toBeDefined();
		for (const send of [
			() => worker.postMessage(mistake),
			() => worker.postMessage({ look: [new Map([["deep", mistake]])] }),
			() => new Worker("", { eval: true, workerData: { mistake } }),
			() => structuredClone(mistake),
		]) {
			const error = await failure(send);
			expect(error.name).toBe("DataCloneError");
			for (const secret of secrets) expect(error.message).not.toContain(secret);
		}
		// Nothing has come before this.
		expect(await tell(worker, { look: "next" })).toMatchObject({ came: '{"look":"next"}' });
	});

	test("acts as the account and the role that plain data names, in its region", async () => {
		const spec = all.accounts(A).run(() => {
			const { account = "", region } = currentAwsScope();
			return { account, region, role: ROLE };
		});
		expect(await tell(worker, { ask: A, spec })).toEqual({ answered: A });
		expect(await tell(worker, { ask: A, spec: { ...spec, region: "eu-west-1" } })).toEqual({ answered: A });
		expect(all.seen.slice(-2).map(({ region }) => region)).toEqual(["us-east-1", "eu-west-1"]);
		expect(all.wrong()).toEqual([]);
	});

	test("that is made by a process that acts for tenants refuses what has no scope", async () => {
		await all.accounts(A).run(async () => {
			await using worker = start();
			expect(await tell(worker, { ask: OWN })).toEqual({ answered: "LOST_SCOPE" });
		});
	});

	test("that was made before acts outside every scope as the process, until it has acted for a tenant itself", async () => {
		await resetAwsScope();
		await using worker = start();
		await all.accounts(A).run(async () => {
			expect(await tell(worker, { ask: OWN })).toEqual({ answered: OWN });
			expect(await tell(worker, { ask: A, spec: { account: A, role: ROLE } })).toEqual({ answered: A });
			expect(await tell(worker, { ask: OWN })).toEqual({ answered: "LOST_SCOPE" });
		});
	});

	test("refuses from the start what has no scope, if it requires one", async () => {
		await resetAwsScope();
		await using worker = start();
		expect(await tell(worker, { ask: OWN, requireScope: true })).toEqual({ answered: "LOST_SCOPE" });
	});
});

describe("a child process", () => {
	const open = (serialization: "json" | "advanced") => {
		const child = fork(file, { execArgv, serialization });
		const stop = async () => {
			child.kill();
			await once(child, "close");
		};
		return Object.assign(child, { [Symbol.asyncDispose]: stop });
	};

	test("is never sent a session where messages are cloned", async () => {
		await using child = open("advanced");
		for (const mistake of Object.values(mistakes)) {
			const { message } = await failure(() => child.send({ look: mistake }));
			expect(message).toContain("could not be cloned");
		}
		expect(await tell(child, { look: "next" })).toMatchObject({ came: '{"look":"next"}' });
	});

	test("is sent no secret where messages are JSON, and nothing that it takes for a session", async () => {
		await using child = open("json");
		const { "a client": _circular, ...sent } = mistakes;
		for (const look of Object.values(sent)) {
			const told = (await tell(child, { look: { look } })) as Extract<Told, { came: string }>;
			for (const secret of secrets) expect(told.came).not.toContain(secret);
		}
		for (const name of names.slice(0, 3)) {
			const told = (await tell(child, { look: mistakes[name] })) as Extract<Told, { came: string }>;
			expect(told.came).toContain('"key"');
			expect(told.uses).toEqual(["INVALID_OPTION", "INVALID_OPTION", "INVALID_OPTION"]);
		}
	});
});
