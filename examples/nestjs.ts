/** A multi-tenant NestJS module. Only its authentication knows accounts. */

import { Body, Controller, Get, Inject, Injectable, Module, Param, Post, UnauthorizedException } from "@nestjs/common";
import { accountSessions, clients } from "aws-scope";

export const accounts = accountSessions({ role: "orders" });

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

export function tenantOf(key: unknown): { account: string; accounts: typeof accounts } {
	const account = keys.get(String(key));
	if (account === undefined) throw new UnauthorizedException("Unknown API key.");
	return { account, accounts };
}

export interface Order {
	readonly id: string;
}

/** Shared code. It takes no tenant, client or credentials. */
@Injectable()
export class Orders {
	async put(order: Order): Promise<void> {
		await clients.dynamodbDocument().put({ TableName: "orders", Item: order });
	}

	async get(id: string) {
		const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id } });
		return Item;
	}
}

@Controller("orders")
export class OrdersController {
	readonly #orders: Orders;

	constructor(@Inject(Orders) orders: Orders) {
		this.#orders = orders;
	}

	@Post()
	put(@Body() order: Order) {
		return this.#orders.put(order);
	}

	@Get(":id")
	get(@Param("id") id: string) {
		return this.#orders.get(id);
	}
}

@Module({ controllers: [OrdersController], providers: [Orders], exports: [Orders] })
export class OrdersModule {}
