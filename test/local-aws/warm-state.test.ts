/** Several local AWSs, in turn and at the same time, with the clients and sessions that the process keeps warm. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import {
	type AwsSession,
	accountSessions,
	assumeRole,
	clients,
	configure,
	defaultSession,
	runInAwsScope,
	session,
	stats,
} from "../../src/index.js";
import { eventually } from "../helpers/barrier.js";
import { A, B, gate, refusal } from "./support.js";

const options = { accounts: [A, B] };
const ROLE = { account: B, role: "reader" };
/** As in a module of an application. */
const tenants = accountSessions({ role: "tenant" });

afterEach(() => resetAwsScope());

const listTables = (identity: AwsSession) =>
	runInAwsScope({ session: identity }, () => clients.dynamodb("us-east-1").listTables({}));

const withAws = async (setEnv: (aws: LocalAws) => Disposable, run: (aws: LocalAws) => Promise<void>) => {
	const aws = await startLocalAws(options);
	const env = setEnv(aws);
	try {
		await run(aws);
	} finally {
		env[Symbol.dispose]();
		await aws.close();
	}
};

const useEnv = (aws: LocalAws) => aws.useEnv();
const stubEnv = ({ env }: LocalAws): Disposable => {
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
	return { [Symbol.dispose]: () => void vi.unstubAllEnvs() };
};

describe.each([
	["useEnv()", useEnv],
	["vi.stubEnv() and env", stubEnv],
])("a local AWS per test, with %s", (_name, setEnv) => {
	test("no ECONNREFUSED in the second test: clients, STS clients and credentials of the first are gone", async () => {
		const before = { ...process.env };
		const held = assumeRole({ ...ROLE, sessionName: "held" });
		for (let run = 0; run < 3; run++) {
			await withAws(setEnv, async (aws) => {
				for (const identity of [defaultSession(), assumeRole(ROLE), tenants(B), held]) await listTables(identity);
				expect((await held.whoami()).account).toBe(B);
				expect(aws.stats()).toMatchObject({ accounts: { [A]: 4, [B]: 4 }, assumeRole: { total: 3 }, errors: {} });
			});
		}
		expect(process.env).toEqual(before);
	});

	test.each([
		["after", [(aws: LocalAws) => aws.close(), () => resetAwsScope()]],
		["before", [() => resetAwsScope(), (aws: LocalAws) => aws.close()]],
	])(
		"a session in a variable works in each test, if the state is reset %s the local AWS is closed",
		async (_when, ends) => {
			const role = assumeRole({ ...ROLE, sessionName: "held" });
			for (let run = 0; run < 3; run++) {
				const aws = await startLocalAws(options);
				const env = setEnv(aws);
				for (const identity of [role, tenants(B)]) await listTables(identity);
				expect(aws.stats()).toMatchObject({ accounts: { [A]: 2, [B]: 2 }, errors: {} });
				env[Symbol.dispose]();
				for (const end of ends) await end(aws);
			}
		},
	);

	test("a role that was denied in the first test is assumed in the second", async () => {
		await withAws(setEnv, async (aws) => {
			aws.fail({ kind: "error", action: "AssumeRole", status: 403, code: "AccessDenied" });
			expect((await refusal(listTables(tenants(B)))).name).toBe("AssumeRoleDeniedError");
		});
		await withAws(setEnv, async () => void (await listTables(tenants(B))));
	});

	test("settings are kept", async () => {
		configure({ clientDefaults: { maxAttempts: 1 }, requireScope: true });
		await withAws(setEnv, async () => {});
		expect(() => clients.dynamodb("us-east-1")).toThrow(/outside every scope/);
		await withAws(setEnv, async (aws) => {
			aws.fail({ kind: "throttle", service: "dynamodb", times: 1 });
			expect((await refusal(listTables(defaultSession()))).name).toBe("ThrottlingException");
		});
	});
});

describe("two local AWSs at the same time", () => {
	test("closing one does not affect requests and credentials of the other", async () => {
		const closing = await startLocalAws(options);
		await using staying = await startLocalAws(options);
		const at = (aws: LocalAws) => {
			const from = session({ credentials: aws.user(A), region: "us-east-1" });
			const role = assumeRole({ ...ROLE, from, stsEndpoint: aws.endpoint });
			return () => role.clients.dynamodb({ endpoint: aws.endpoint }).listTables({});
		};
		const [first, second] = [at(closing), at(staying)];
		await Promise.all([first(), second()]);
		let release = () => {};
		const until = new Promise<void>((resolve) => {
			release = resolve;
		});
		staying.fail({ kind: "delay", until, service: "dynamodb", times: 1 });
		const inFlight = second();
		while (staying.stats().services["dynamodb"] !== 2) await new Promise((resolve) => setImmediate(resolve));
		await closing.close();
		release();
		await inFlight;
		await second();
		expect(staying.stats()).toMatchObject({ assumeRole: { total: 1 }, errors: {}, dropped: 0 });
		expect((await refusal(first())).message).toMatch(/ECONNREFUSED/);
	});

	test("closing one does not start over what the other's sessions are waiting for", async () => {
		const closing = await startLocalAws(options);
		await using staying = await startLocalAws(options);
		const [answer, prompt] = [gate(), gate()];
		const provider = vi.fn(async () => {
			await prompt.opened;
			return staying.user(A);
		});
		const from = session({ credentials: provider, region: "us-east-1" });
		const prompted = assumeRole({ ...ROLE, from, stsEndpoint: staying.endpoint });
		// Has the same parent, and waits for nothing.
		const idle = assumeRole({ ...ROLE, from, stsEndpoint: staying.endpoint, sessionName: "idle" });
		const user = session({ credentials: staying.user(A), region: "us-east-1" });
		const asking = assumeRole({ ...ROLE, from: user, stsEndpoint: staying.endpoint });
		staying.fail({ kind: "delay", until: answer.opened, action: "AssumeRole", times: 1 });
		const waiting = Promise.all([prompted.credentials(), asking.credentials()]);
		await eventually(() => {
			expect(provider).toHaveBeenCalledOnce();
			expect(staying.stats().assumeRole.total).toBe(1);
		});
		await closing.close();
		prompt.open();
		answer.open();
		await waiting;
		await idle.credentials();
		expect(provider).toHaveBeenCalledOnce();
		expect(staying.stats()).toMatchObject({ assumeRole: { total: 3 }, errors: {}, dropped: 0 });
	});

	test("useEnv() switches to its own local AWS and back", async () => {
		await using one = await startLocalAws(options);
		await using two = await startLocalAws(options);
		using _one = one.useEnv();
		await listTables(tenants(B));
		{
			using _two = two.useEnv();
			await listTables(tenants(B));
			expect(two.stats()).toMatchObject({ accounts: { [A]: 1, [B]: 1 }, errors: {} });
		}
		await listTables(tenants(B));
		expect(one.stats()).toMatchObject({ accounts: { [A]: 2, [B]: 2 }, errors: {} });
		expect(stats().clients).toBe(1);
	});
});
