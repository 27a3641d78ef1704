/** Tenants with a table each, and many operations at once through one object of a library. */

import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import { accountSessions, clients, runInAwsScope } from "../../src/index.js";
import { EXTERNAL_ID, OWN, ROLE, tenant } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

/** Operations of one library, and the tenants that make them in turn. */
const OPERATIONS = scale(200, 1_000);
const TENANTS = 20;

/** One order that is written and read. */
export interface Order {
	readonly pk: string;
	readonly sk: string;
	/** The tenant whose scope wrote it. */
	readonly owner: string;
}

/** The table, as each library needs it. */
const TABLE: CreateTableCommandInput = {
	TableName: "shop",
	KeySchema: [
		{ AttributeName: "pk", KeyType: "HASH" },
		{ AttributeName: "sk", KeyType: "RANGE" },
	],
	AttributeDefinitions: [
		{ AttributeName: "pk", AttributeType: "S" },
		{ AttributeName: "sk", AttributeType: "S" },
	],
	BillingMode: "PAY_PER_REQUEST",
};

/** The tenants' accounts, each with a table, beside the process's own, which has one, too. */
export interface Shops extends AsyncDisposable {
	readonly aws: LocalAws;
	readonly tenants: readonly string[];
	as<Result>(account: string, fn: () => Result): Result;
	/** All stored items, with the account that has them: the server's word. */
	stored(): Promise<{ readonly account: string; readonly item: Readonly<Record<string, unknown>> }[]>;
	/** The items of another account's tenant than the one that has them. */
	wrong(): Promise<unknown[]>;
}

/** Starts them and points this process to them. */
export async function startShops(count = TENANTS): Promise<Shops> {
	const tenants = Array.from({ length: count }, (_, index) => tenant(index));
	const aws = await startLocalAws({
		accounts: [OWN, ...tenants.map((id) => ({ id, roles: [{ name: ROLE, externalId: EXTERNAL_ID }] }))],
	});
	const environment = aws.useEnv();
	const accounts = accountSessions({ role: ROLE, externalId: EXTERNAL_ID });
	await clients.dynamodb().createTable(TABLE);
	await Promise.all(tenants.map((account) => accounts(account).clients.dynamodb().createTable(TABLE)));
	const own = clients.dynamodbDocument();
	const stored: Shops["stored"] = async () => {
		const all = [
			{ account: OWN, db: own },
			...tenants.map((account) => ({ account, db: accounts(account).clients.dynamodbDocument() })),
		];
		const found = await Promise.all(
			all.map(async ({ account, db }) =>
				((await db.scan({ TableName: "shop" })).Items ?? []).map((item) => ({ account, item })),
			),
		);
		return found.flat();
	};
	return {
		aws,
		tenants,
		as: (account, fn) => runInAwsScope({ account, accounts }, fn),
		stored,
		wrong: async () => (await stored()).filter(({ account, item }) => item["owner"] !== account),
		async [Symbol.asyncDispose]() {
			await resetAwsScope();
			environment[Symbol.dispose]();
			await aws.close();
		},
	};
}

/** What a library does with one order. */
export interface Orders {
	readonly put: (order: Order) => Promise<unknown>;
	/** Gives the owner. */
	readonly get: (order: Order) => Promise<string | undefined>;
}

/** Writes and reads orders of all tenants at once. Each reads its own, under a key that is the same for all. */
export async function useShops({ as, tenants }: Shops, { put, get }: Orders): Promise<{ readonly misread: number }> {
	let misread = 0;
	const seed = runSeed();
	const failures = await interleave(
		{ seed, invocations: OPERATIONS, tenants, concurrency: 50 },
		({ tenant: owner, index, pause }) =>
			as(owner, async () => {
				const order = { pk: `${Math.floor(index / tenants.length)}`, sk: "order", owner };
				await pause();
				await put(order);
				await pause();
				if ((await get(order)) !== owner) misread += 1;
			}),
	);
	if (failures.length > 0) throw new Error(`Failed with TEST_SEED=${seed}`, { cause: failures[0] });
	return { misread };
}

/** How many items that stores. */
export const STORED = OPERATIONS;

/** Importing Powertools sets this, for the SDK's user agent. */
export const forgetPowertools = (): void => {
	delete process.env["AWS_SDK_UA_APP_ID"];
};
