/** Code for docs/background.md. */

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { type EventEmitter, once } from "node:events";
import type { Worker } from "node:worker_threads";
import { type AwsSession, clients, currentAwsScope } from "aws-scope";
import DataLoader from "dataloader";
import PQueue from "p-queue";

/** An order of a tenant. */
export interface Order {
	readonly id: string;
	readonly note?: string;
}

/** Shared code. It takes no tenant, client or credentials. */
async function save(order: Order): Promise<void> {
	await clients.dynamodbDocument().put({ TableName: "orders", Item: order });
}

/** Shared code. It reads the orders with these ids in one request. */
async function readOrders(ids: readonly string[]): Promise<(Order | undefined)[]> {
	const Keys = ids.map((id) => ({ id }));
	const { Responses } = await clients.dynamodbDocument().batchGet({ RequestItems: { orders: { Keys } } });
	return ids.map((id) => Responses?.["orders"]?.find((order) => order["id"] === id) as Order | undefined);
}

export function saveWhenPaid(payments: EventEmitter, order: Order): void {
	//#region bind
	payments.once(
		"paid",
		AsyncResource.bind(() => save(order)),
	);
	//#endregion
}

export function saveAll(payments: EventEmitter): void {
	//#region snapshot
	const inThisScope = AsyncLocalStorage.snapshot();
	payments.on("order", (order: Order) => inThisScope(save, order));
	payments.on("correction", (order: Order) => inThisScope(save, order));
	//#endregion
}

export async function savePaid(payments: EventEmitter, order: Order): Promise<void> {
	//#region once
	await once(payments, "paid");
	await save(order);
	//#endregion
}

//#region loader
type Orders = DataLoader<string, Order | undefined>;
const loaders = new WeakMap<AwsSession, Map<string | undefined, Orders>>();

/** One loader per session and region, so that a batch never mixes tenants. */
export function orders(): Orders {
	const { session, region } = currentAwsScope();
	const ofSession = loaders.get(session) ?? new Map<string | undefined, Orders>();
	const loader = ofSession.get(region) ?? new DataLoader(readOrders, { cache: false });
	loaders.set(session, ofSession.set(region, loader));
	return loader;
}
//#endregion

//#region queue
const queue = new PQueue({ concurrency: 2 });

export const saveQueued = (order: Order): Promise<void> => queue.add(AsyncResource.bind(() => save(order)));
//#endregion

export function saveInWorker(worker: Worker, order: Order): void {
	//#region worker
	const { account, region } = currentAwsScope();
	worker.postMessage({ account, region, order });
	//#endregion
}
