/** NestJS: handlers without an HTTP request. */

import {
	type CallHandler,
	type ExecutionContext,
	Inject,
	Injectable,
	Module,
	type NestInterceptor,
	UseInterceptors,
} from "@nestjs/common";
import { runInAwsScope } from "aws-scope";
import { Observable } from "rxjs";
import { accounts, type Order, Orders, OrdersModule } from "./nestjs.js";

interface Message {
	readonly account: string;
	readonly order: Order;
}

//#region interceptor
@Injectable()
export class TenantInterceptor implements NestInterceptor {
	intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
		const { account } = context.switchToRpc().getData<Message>();
		return new Observable((subscriber) =>
			runInAwsScope({ account, accounts }, () => next.handle().subscribe(subscriber)),
		);
	}
}
//#endregion

@Injectable()
@UseInterceptors(TenantInterceptor)
export class OrdersMessages {
	readonly #orders: Orders;

	constructor(@Inject(Orders) orders: Orders) {
		this.#orders = orders;
	}

	saved({ order }: Message) {
		return this.#orders.put(order);
	}
}

@Injectable()
export class OrdersJobs {
	readonly #orders: Orders;

	constructor(@Inject(Orders) orders: Orders) {
		this.#orders = orders;
	}

	//#region job
	process({ data: { account, order } }: { data: Message }) {
		return runInAwsScope({ account, accounts }, () => this.#orders.put(order));
	}
	//#endregion
}

@Module({ imports: [OrdersModule], providers: [OrdersMessages, OrdersJobs] })
export class MessagesModule {}
