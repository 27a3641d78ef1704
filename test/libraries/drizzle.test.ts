/** Drizzle over the RDS Data API: each statement runs in its own tenant's cluster. */

import { RDSDataClient } from "@aws-sdk/client-rds-data";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/aws-data-api/pg";
import { expect, test } from "vitest";
import { findOrders, orders, writeOrder } from "../../examples/library-drizzle.js";
import type { LocalRequest } from "../../local-aws/index.js";
import { clients, currentAwsScope, errors, followingClient, runInAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

const OPERATIONS = scale(200, 1_000);
const SEED = runSeed();

interface Statement {
	readonly signer: string;
	/** The account of the cluster that it names. */
	readonly cluster: string | undefined;
	readonly transactionId: string | undefined;
	readonly values: readonly unknown[];
}

/** Clusters that answer every query with the account that signed and the first parameter. */
async function start(tenants: number): Promise<{ readonly all: TenantAws; readonly statements: Statement[] }> {
	const statements: Statement[] = [];
	const answer = ({ path, identity, body }: LocalRequest) => {
		const { resourceArn, transactionId, parameters = [] } = JSON.parse(Buffer.from(body).toString());
		const signer = identity.accountId;
		const values = parameters.map(({ value }: { readonly value: object }) => Object.values(value)[0]);
		statements.push({ signer, cluster: /:rds:[^:]*:(\d{12}):/.exec(resourceArn)?.[1], transactionId, values });
		if (path === "/BeginTransaction") return { body: { transactionId: `of ${signer}` } };
		return { body: { records: [[{ stringValue: String(values[0] ?? "") }, { stringValue: signer }]] } };
	};
	return { all: await startTenants({ tenants, handlers: { "rds-data": answer } }), statements };
}

const as = <Result>({ accounts }: TenantAws, account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts }, fn);

/** Statements that another account signed than the one of the cluster or of the transaction. */
const wrong = (statements: readonly Statement[]): Statement[] =>
	statements.filter(
		({ signer, cluster, transactionId = `of ${signer}` }) => signer !== cluster || transactionId !== `of ${signer}`,
	);

test("with a database per session: 0 statements of another tenant, 0 as the process, also in transactions", async () => {
	const { all, statements } = await start(20);
	await using _ = all;
	const failures = await interleave(
		{ seed: SEED, invocations: OPERATIONS, tenants: all.tenants, concurrency: 50 },
		({ tenant: account, index, pause }) =>
			as(all, account, async () => {
				await pause();
				const id = `${index}`;
				const found = await (index % 2 === 0 ? findOrders(id) : writeOrder(id, account));
				expect(found).toEqual([{ id, owner: account }]);
			}),
	);
	expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
	expect(wrong(statements)).toEqual([]);
	expect(statements.filter(({ signer }) => signer === OWN)).toEqual([]);
	expect(statements).toHaveLength((OPERATIONS / 2) * 5);
	expect(await failure(() => findOrders("1"))).toBeInstanceOf(errors.LostScopeError);
}, 120_000);

test("a query that a scope returns runs in that scope, wherever it is awaited", async () => {
	const { all, statements } = await start(2);
	await using _ = all;
	const query = as(all, tenant(0), () => findOrders("1"));
	await as(all, tenant(1), async () => expect(await query).toEqual([{ id: "1", owner: tenant(0) }]));
	expect(wrong(statements)).toEqual([]);
});

const ofFirst = {
	database: "shop",
	resourceArn: `arn:aws:rds:eu-central-1:${tenant(0)}:cluster:shop`,
	secretArn: `arn:aws:secretsmanager:eu-central-1:${tenant(0)}:secret:shop`,
};
const find = (database: ReturnType<typeof drizzle>) => database.select().from(orders).where(eq(orders.id, "1"));

test("with the first tenant's client refuses the others", async () => {
	const { all, statements } = await start(2);
	await using _ = all;
	const one = as(all, tenant(0), () => drizzle(clients.rdsData(), ofFirst));
	await as(all, tenant(0), () => find(one));
	const error = await failure(as(all, tenant(1), () => find(one).execute()));
	expect(error.cause ?? error).toBeInstanceOf(errors.StrayedClientError);
	expect(statements).toHaveLength(1);
});

test("one database of a following client names the first tenant's cluster for all, which only AWS refuses", async () => {
	const { all, statements } = await start(3);
	await using _ = all;
	const one = drizzle(followingClient(clients.rdsData), ofFirst);
	for (const account of all.tenants) await as(all, account, () => find(one).execute());
	expect(statements.map(({ signer }) => signer)).toEqual(all.tenants);
	expect(wrong(statements)).toHaveLength(2);
});

test("with a client whose credentials follow the scope reads the first tenant's orders for all", async () => {
	const { all, statements } = await start(3);
	await using _ = all;
	const one = drizzle(
		new RDSDataClient({ credentials: () => currentAwsScope().session.credentials() }) as never,
		ofFirst,
	);
	for (const account of all.tenants) await as(all, account, () => find(one).execute());
	expect(statements.map(({ signer }) => signer)).toEqual([tenant(0), tenant(0), tenant(0)]);
});

test("one prepared query sends a tenant's parameters for another, which nobody can refuse", async () => {
	const { all, statements } = await start(2);
	await using _ = all;
	const prepared = drizzle(followingClient(clients.rdsData), ofFirst)
		.select()
		.from(orders)
		.where(eq(orders.id, sql.placeholder("id")))
		.prepare("find");
	await Promise.all(all.tenants.map((account) => as(all, account, () => prepared.execute({ id: account }))));
	expect(statements.filter(({ signer, values }) => values[0] !== signer)).toHaveLength(1);
});
