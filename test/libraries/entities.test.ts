/** The libraries of entities: one object at module level writes and reads each tenant's own table. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { GetItemCommand, PutItemCommand } from "dynamodb-toolbox";
import * as dynamoose from "dynamoose";
import { describe, expect, test } from "vitest";
import { Order as ToolboxOrder } from "../../examples/library-dynamodb-toolbox.js";
import { Order as DynamooseOrder } from "../../examples/library-dynamoose.js";
import { Order as ElectroOrder } from "../../examples/library-electrodb.js";
import { clients, currentAwsScope, errors, followingClient } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { type Order, type Orders, type Shops, STORED, startShops, useShops } from "./shops.js";

interface Library {
	readonly name: string;
	readonly orders: Orders;
	/** Gives the library another client, and back the one of the recipe. */
	readonly use: (client: object) => void;
	readonly following: () => object;
	/** What it needs: a DynamoDB client, or a document client. */
	readonly obvious: () => object;
	readonly clever: () => object;
}

/** A client whose credentials follow the scope, for which the SDK keeps the first ones. */
const clever = () => new DynamoDB({ credentials: () => currentAwsScope().session.credentials() });
const documents = {
	following: () => followingClient(clients.dynamodbDocument),
	obvious: () => clients.dynamodbDocument(),
	clever: () => DynamoDBDocumentClient.from(clever()),
};

const libraries: readonly Library[] = [
	{
		name: "ElectroDB",
		orders: {
			put: ({ pk, owner }) => ElectroOrder.put({ id: pk, owner }).go(),
			get: async ({ pk }) => (await ElectroOrder.get({ id: pk }).go()).data?.owner,
		},
		use: (client) => ElectroOrder.setClient(client as never),
		...documents,
	},
	{
		name: "DynamoDB-Toolbox",
		orders: {
			put: ({ pk, sk, owner }) => ToolboxOrder.build(PutItemCommand).item({ pk, sk, owner }).send(),
			get: async ({ pk, sk }) => (await ToolboxOrder.build(GetItemCommand).key({ pk, sk }).send()).Item?.owner,
		},
		use: (client) => {
			ToolboxOrder.table.documentClient = client as DynamoDBDocumentClient;
		},
		...documents,
	},
	{
		name: "Dynamoose",
		orders: {
			put: ({ pk, sk, owner }) => DynamooseOrder.create({ pk, sk, owner } as never, { overwrite: true }),
			get: async ({ pk, sk }) => ((await DynamooseOrder.get({ pk, sk })) as unknown as Order | undefined)?.owner,
		},
		use: (client) => dynamoose.aws.ddb.set(client as DynamoDB),
		following: () => followingClient(clients.dynamodb),
		obvious: () => clients.dynamodb(),
		clever,
	},
];

describe.each(libraries)("$name", ({ orders, use, following, obvious, clever: made }) => {
	test("with a following client: 0 orders in another account, 0 of another tenant read", async () => {
		await using shops = await startShops();
		expect(await useShops(shops, orders)).toEqual({ misread: 0 });
		expect(await shops.wrong()).toEqual([]);
		expect(await shops.stored()).toHaveLength(STORED);
	}, 120_000);

	test("is refused outside every scope", async () => {
		await using shops = await startShops(1);
		await shops.as(shops.tenants[0] as string, () => orders.put(one("1")));
		const { requests } = shops.aws.stats();
		expect(causeOf(await failure(() => orders.get(one("1"))))).toBeInstanceOf(errors.LostScopeError);
		expect(shops.aws.stats().requests).toBe(requests);
	});

	test("with the first tenant's client, which is the obvious way, refuses the others", async () => {
		await using shops = await startShops(3);
		try {
			const outcome = await inTurn(shops, orders, () => use(obvious()));
			expect(outcome).toEqual(["stored", errors.StrayedClientError.name, errors.StrayedClientError.name]);
			expect(await shops.wrong()).toEqual([]);
		} finally {
			use(following());
		}
	});

	test("with a client whose credentials follow the scope, which is the clever way, writes into the first tenant's account", async () => {
		await using shops = await startShops(3);
		try {
			expect(await inTurn(shops, orders, () => use(made()))).toEqual(["stored", "stored", "stored"]);
			expect(await shops.wrong()).toHaveLength(2);
		} finally {
			use(following());
		}
	});
});

const one = (owner: string): Order => ({ pk: owner, sk: "order", owner });

/** Three tenants in turn, with the client that the first one's scope sets. */
async function inTurn({ as, tenants }: Shops, { put }: Orders, first: () => void): Promise<string[]> {
	const outcome: string[] = [];
	as(tenants[0] as string, first);
	for (const account of tenants) {
		outcome.push(
			await as(account, () =>
				put(one(account)).then(
					() => "stored",
					(error: unknown) => (causeOf(error) as Error).constructor.name,
				),
			),
		);
	}
	return outcome;
}

/** Libraries wrap errors. */
function causeOf(error: unknown): unknown {
	const { cause } = error as Error;
	return cause instanceof Error ? causeOf(cause) : error;
}
