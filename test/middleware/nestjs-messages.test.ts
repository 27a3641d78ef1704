/** NestJS handlers that no HTTP request precedes, and what stands around an interceptor that opens their scope. */

import { setImmediate as turn } from "node:timers/promises";
import {
	type ArgumentsHost,
	type CallHandler,
	type CanActivate,
	Catch,
	Controller,
	type ExceptionFilter,
	type ExecutionContext,
	Get,
	Injectable,
	Module,
	type NestInterceptor,
	UseFilters,
	UseGuards,
	UseInterceptors,
} from "@nestjs/common";
import { ExternalContextCreator, NestFactory } from "@nestjs/core";
import { map, type Observable, timer } from "rxjs";
import { expect, test } from "vitest";
import { assumeRole } from "../../src/index.js";
import { current } from "./conformance.js";
import { open, opening, platforms } from "./nestjs-platforms.js";

const A = "111111111111";

test("handlers that a library calls without HTTP are in the scope of their message, side by side", async () => {
	@Injectable()
	class ByMessage implements NestInterceptor {
		intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
			const { account } = context.switchToRpc().getData<{ account: string }>();
			return opening(() => assumeRole({ account, role: "Tenant" }))(context, next) as Observable<unknown>;
		}
	}
	@Injectable()
	@UseInterceptors(ByMessage)
	class Consumer {
		async promise(): Promise<string> {
			await turn();
			return current();
		}
		observable(): Observable<string> {
			return timer(1).pipe(map(() => current()));
		}
	}
	@Module({ providers: [Consumer] })
	class App {}
	const app = await NestFactory.createApplicationContext(App, { logger: false });
	const consumer = app.get(Consumer);
	const creator = app.get(ExternalContextCreator);
	for (const name of ["promise", "observable"] as const) {
		// As libraries for resolvers and queues do; the last argument is the kind of context.
		const call = creator.create(
			consumer,
			consumer[name],
			name,
			undefined,
			undefined,
			undefined,
			undefined,
			undefined,
			"rpc",
		);
		const tenants = [A, "222222222222", A];
		expect(await Promise.all(tenants.map((account) => call({ account })))).toEqual(tenants);
	}
	expect(current()).toBe("none");
	await app.close();
});

test.each(platforms)(
	"over %s, guards and exception filters stand outside the interceptor's scope",
	async (_, create) => {
		const seen: string[] = [];
		@Injectable()
		class Guard implements CanActivate {
			canActivate(): boolean {
				seen.push(current());
				return true;
			}
		}
		@Catch()
		class Filter implements ExceptionFilter {
			catch({ message }: Error, host: ArgumentsHost): void {
				seen.push(message, current());
				host.switchToHttp().getResponse<{ send(text: string): void }>().send("");
			}
		}
		@Injectable()
		class Opening implements NestInterceptor {
			intercept = opening(() => assumeRole({ account: A, role: "Tenant" }));
		}
		@Controller()
		@UseGuards(Guard)
		@UseFilters(Filter)
		@UseInterceptors(Opening)
		class Failing {
			@Get("fail")
			fail(): never {
				throw new Error(current());
			}
		}
		@Module({ controllers: [Failing] })
		class App {}
		await using client = await open(await create(App));
		await client.send("/fail");
		expect(seen).toEqual(["none", A, "none"]);
	},
);
