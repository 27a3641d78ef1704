/** Messages are data from outside: they name an account, a region and a role that the worker knows, and nothing else. */

import { expect, test } from "vitest";
import { accountSessions, clients, currentAwsScope } from "../../src/index.js";
import { distributedMapHandler, durableHandler, sqsHandler, type WorkerTarget } from "../../worker/index.js";
import { EXTERNAL_ID, OWN, ROLE, startTenants, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { event } from "./support.js";

const account = tenant(0);
const attacks: readonly [what: string, target: unknown][] = [
	["a session", { account, session: "default" }],
	["credentials", { account, credentials: { accessKeyId: "a", secretAccessKey: "b" } }],
	["a profile", { account, profile: "admin" }],
	["sessions of its own", { account, accounts: "admin" }],
	["an endpoint", { account, clientDefaults: { endpoint: "http://127.0.0.1:1" } }],
	["a scope to be bound later", { account, bindLater: true }],
	["what its scope keeps", { account, keepClients: false }],
	["no account", { region: "eu-west-1" }],
	["an account as a number", { account: 123456789012 }],
	["an account of eleven digits", { account: "12345678901" }],
	["an account with a line end", { account: `${account}\n` }],
	["a role ARN as account", { account: `arn:aws:iam::${account}:role/Admin` }],
	["a host as region", { account, region: "evil.example.com/" }],
	["a region that is none", { account, region: "x" }],
	["a role that the worker does not have", { account, role: "Admin" }],
	["a role that every object has", { account, role: "constructor" }],
	["a role that is no name", { account, role: { name: "Reader" } }],
	["an inherited account", JSON.parse(`{"__proto__":{"account":"${account}"}}`)],
];

test.each(attacks)("%s is refused before anything is sent, by every kind of worker", async (_, target) => {
	await using world = await startTenants({ tenants: 1 });
	let ran = 0;
	const task = async () => {
		ran += 1;
		await clients.dynamodb().listTables({});
	};
	const options = { accounts: { Reader: world.accounts } };
	const errors: unknown[] = [];
	const body = JSON.stringify({ role: "Reader", ...(target as object) });
	const { batchItemFailures } = await sqsHandler(task, { ...options, onError: (error) => errors.push(error) })(
		event(body),
	);
	expect(batchItemFailures).toEqual([{ itemIdentifier: "message-0" }]);
	const item = JSON.parse(body) as unknown;
	errors.push(await failure(distributedMapHandler(task, options)(item)));
	const [durable] = await durableHandler(task, options)(
		{ targets: [item] },
		{
			lambdaContext: {},
			map: async (_name, items, fn) => {
				const steps = { step: () => Promise.reject(new Error("A step was started.")) };
				return { all: [{ index: 0, result: await fn(steps, items[0] as (typeof items)[0], 0) }] };
			},
		},
	);
	expect(durable).toMatchObject({ target: item, status: "rejected", error: { name: "InvalidOptionError" } });
	expect(errors).toHaveLength(2);
	for (const error of errors) expect(error).toMatchObject({ code: "INVALID_OPTION" });
	expect(ran).toBe(0);
	expect(world.aws.stats()).toMatchObject({ assumeRole: { total: 0 } });
	expect(world.seen).toEqual([]);
});

test("a role is the worker's own by that name; without a name or with one where there is only one role, nothing runs", async () => {
	await using world = await startTenants({
		tenants: 2,
		options: {
			accounts: [
				OWN,
				{ id: tenant(0), roles: [{ name: ROLE, externalId: EXTERNAL_ID }, { name: "Auditor" }] },
				tenant(1),
			],
		},
	});
	const seen: (string | undefined)[] = [];
	const task = async ({ account }: WorkerTarget) => {
		expect(currentAwsScope().account).toBe(account);
		seen.push((await clients.sts().getCallerIdentity({})).Arn?.split("/")[1]);
	};
	const errors: string[] = [];
	const options = { onError: (error: unknown) => errors.push((error as Error).message) };
	const many = sqsHandler(task, {
		...options,
		accounts: { Reader: world.accounts, Auditor: accountSessions({ role: "Auditor" }) },
	});
	await many(event({ account, role: "Reader" }, { account, role: "Auditor" }, { account }));
	expect(seen.sort()).toEqual(["Auditor", ROLE]);
	const one = sqsHandler(task, { ...options, accounts: world.accounts });
	await one(event({ account, role: "Auditor" }));
	expect(errors).toEqual([
		"The message message-2 names no role.",
		"The message message-0 names a role, but this worker has only one; pass accounts by role name.",
	]);
	expect(seen).toHaveLength(2);
});

test("the items of a large batch run some at a time, in order of the batch, and none starts when the time is up", async () => {
	await using world = await startTenants({ tenants: 2 });
	let [running, most, started] = [0, 0, 0];
	const handler = distributedMapHandler(
		async ({ account, index }: WorkerTarget) => {
			started += 1;
			running += 1;
			most = Math.max(most, running);
			await new Promise((resolve) => (index === "hangs" ? undefined : setImmediate(resolve)));
			running -= 1;
			return currentAwsScope().account === account;
		},
		{ accounts: world.accounts, concurrency: 7 },
	);
	const Items = Array.from({ length: 500 }, (_, index) => ({ account: tenant(index % 2), index }));
	const results = (await handler({ Items })) as { readonly target: unknown; readonly value?: boolean }[];
	expect(results.map(({ target, value }) => [target, value])).toEqual(Items.map((item) => [item, true]));
	expect(most).toBe(7);
	started = 0;
	const ended = await handler(
		{ Items: Items.map((item) => ({ ...item, index: "hangs" })) },
		{ getRemainingTimeInMillis: () => 100 },
	);
	expect(ended).toHaveLength(500);
	expect(ended).toContainEqual(
		expect.objectContaining({ status: "rejected", error: expect.objectContaining({ name: "TimeoutError" }) }),
	);
	expect(started).toBe(7);
});

test("a denied role fails its own target alone, and is told apart", async () => {
	await using world = await startTenants({
		tenants: 2,
		options: { accounts: [OWN, { id: tenant(0), roles: [] }, tenant(1)] },
	});
	const task = async () => (await clients.sts().getCallerIdentity({})).Account;
	const handler = distributedMapHandler(task, { accounts: world.accounts });
	const results = await handler({ Items: [{ account: tenant(0) }, { account: tenant(1) }, { account: "1" }] });
	expect(results).toEqual([
		{
			target: { account: tenant(0) },
			status: "denied",
			error: { name: "AssumeRoleDeniedError", message: expect.stringContaining(tenant(0)) },
		},
		{ target: { account: tenant(1) }, status: "fulfilled", value: tenant(1) },
		{
			target: { account: "1" },
			status: "rejected",
			error: {
				name: "InvalidOptionError",
				message: 'Item 2 of the batch has the account "1"; an account has 12 digits.',
			},
		},
	]);
	// One item alone throws under the name that a Retry or Catch matches.
	expect(await failure(handler({ account: tenant(0) }))).toMatchObject({ name: "AssumeRoleDeniedError" });
	expect(await handler({ account: tenant(1) })).toBe(tenant(1));
	expect(await failure(handler({ Items: 1 }))).toMatchObject({ code: "INVALID_OPTION" });
});
