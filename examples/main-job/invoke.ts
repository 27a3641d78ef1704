/** Calls a handler as Lambda does, many times at once, and times each call. */

import { isDeepStrictEqual } from "node:util";
import type { Context } from "aws-lambda";
import { AwsScopeError } from "aws-scope";
import type { Order } from "./orders.js";
import { tenants } from "./tenants.js";

export type Handler = (order: Order, context: Context) => Promise<unknown>;

export interface Outcome {
	/** Invocations that read back the order that they saved. */
	readonly succeeded: number;
	/** Invocations in which aws-scope refused another tenant's client. */
	readonly refused: number;
	readonly failures: readonly unknown[];
	readonly seconds: number;
	/** Milliseconds from call to response. */
	readonly p50: number;
	readonly p99: number;
}

/** One order per invocation. Consecutive orders belong to different tenants. */
export const makeOrders = (count: number): Order[] =>
	Array.from({ length: count }, (_, index) => ({
		tenant: tenants[index % tenants.length]?.name ?? "",
		id: `order-${index + 1}`,
		item: "umbrella stand",
		quantity: 1 + (index % 7),
	}));

/** Handles all orders, `atOnce` at a time. */
export async function invokeAll(
	handler: Handler,
	orders: readonly Order[],
	atOnce: number,
	onDone: () => void = () => undefined,
): Promise<Outcome> {
	const durations: number[] = [];
	const failures: unknown[] = [];
	let refused = 0;
	const waiting = orders.values();
	const start = performance.now();
	const worker = async (): Promise<void> => {
		for (const order of waiting) {
			const called = performance.now();
			try {
				const answer = await handler(order, {} as Context);
				if (!isDeepStrictEqual(answer, order)) throw new Error(`${order.id} was not read back as it was saved.`);
				durations.push(performance.now() - called);
			} catch (error) {
				if (error instanceof AwsScopeError && error.code === "STRAYED_CLIENT") refused += 1;
				else failures.push(error);
			}
			onDone();
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	durations.sort((a, b) => a - b);
	return {
		succeeded: durations.length,
		refused,
		failures,
		seconds: (performance.now() - start) / 1000,
		p50: percentile(durations, 0.5),
		p99: percentile(durations, 0.99),
	};
}

const percentile = (sorted: readonly number[], share: number): number =>
	sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
