/** awsScope() and the parts of a NestJS application, over both of its platforms. */

import { setImmediate as turn } from "node:timers/promises";
import {
	type ArgumentsHost,
	type CallHandler,
	type CanActivate,
	Catch,
	Controller,
	type ExecutionContext,
	Get,
	Inject,
	Injectable,
	Module,
	type NestInterceptor,
	type PipeTransform,
	Query,
	Scope,
	UnauthorizedException,
	UseFilters,
	UseGuards,
	UseInterceptors,
} from "@nestjs/common";
import { BaseExceptionFilter, HttpAdapterHost, REQUEST } from "@nestjs/core";
import { mergeMap } from "rxjs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clients } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { as } from "./conformance.js";
import { type AnyRequest, open, platforms } from "./nestjs-platforms.js";
import { ask } from "./servers.js";

const [A, B] = [tenant(0), tenant(1)];
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());

const tenantOf = ({ headers }: AnyRequest): string => String(headers["x-tenant"]);
const byHeader = (request: AnyRequest) => ({ account: tenantOf(request), accounts: all.accounts });

let acted: Record<string, string> = {};
beforeEach(() => {
	acted = {};
	all.seen.length = 0;
});

/** Notes who signs in one part of the application. */
async function act(part: string, meant: string): Promise<void> {
	await turn();
	acted[part] = await ask(meant);
}

@Injectable()
class Guard implements CanActivate {
	async canActivate(context: ExecutionContext): Promise<boolean> {
		await act("guard", tenantOf(context.switchToHttp().getRequest()));
		return true;
	}
}

@Injectable()
class Interceptor implements NestInterceptor {
	async intercept(context: ExecutionContext, next: CallHandler) {
		const meant = tenantOf(context.switchToHttp().getRequest());
		await act("interceptor before", meant);
		return next.handle().pipe(mergeMap((value) => act("interceptor after", meant).then(() => value)));
	}
}

@Injectable()
class Pipe implements PipeTransform<string> {
	async transform(meant: string): Promise<string> {
		await act("pipe", meant);
		return meant;
	}
}

@Catch()
class Filter extends BaseExceptionFilter {
	constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
		super(host.httpAdapter);
	}

	override async catch(error: unknown, host: ArgumentsHost): Promise<void> {
		await act("filter", tenantOf(host.switchToHttp().getRequest()));
		super.catch(error, host);
	}
}

@Injectable()
class Singleton {
	async act(meant: string): Promise<string> {
		await act("singleton", meant);
		return ask(meant);
	}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
	readonly #request: AnyRequest;
	/** Made for one request, it may keep a client. */
	readonly #client = clients.dynamodb();

	constructor(@Inject(REQUEST) request: AnyRequest) {
		this.#request = request;
	}

	async act(): Promise<void> {
		acted["per request"] = await ask(tenantOf(this.#request), this.#client);
	}
}

@Controller()
@UseGuards(Guard)
@UseInterceptors(Interceptor)
@UseFilters(Filter)
class Handlers {
	readonly #singleton: Singleton;
	readonly #perRequest: PerRequest;

	constructor(@Inject(Singleton) singleton: Singleton, @Inject(PerRequest) perRequest: PerRequest) {
		this.#singleton = singleton;
		this.#perRequest = perRequest;
	}

	@Get("ask")
	async ask(@Query("meant", Pipe) meant: string): Promise<string> {
		await this.#perRequest.act();
		return this.#singleton.act(meant);
	}

	@Get("fail")
	fail(): never {
		throw new Error("boom");
	}
}

@Module({ controllers: [Handlers], providers: [Singleton, PerRequest] })
class Parts {}

describe.each(platforms)("NestJS over %s", (_, create) => {
	test("runs guards, interceptors, pipes, services of both lifetimes and the handler as the request's tenant", async () => {
		await using client = await open(await create(Parts, byHeader));
		for (const meant of [A, B, A]) {
			acted = {};
			expect(await client.send(`/ask?meant=${meant}`, { headers: as(meant) })).toEqual({ status: 200, text: meant });
			const parts = ["guard", "interceptor before", "pipe", "per request", "singleton", "interceptor after"];
			expect(acted).toEqual(Object.fromEntries(parts.map((part) => [part, meant])));
		}
	});

	test("runs the exception filter of a handler as the request's tenant", async () => {
		await using client = await open(await create(Parts, byHeader));
		expect((await client.send("/fail", { headers: as(B) })).status).toBe(500);
		expect(acted["filter"]).toBe(B);
	});

	test("answers what the spec function throws as it answers its own exceptions, and runs no guard and no handler", async () => {
		const refuse = (error: Error) => () => Promise.reject(error);
		for (const [error, status, message] of [
			[new UnauthorizedException("Nobody has this key."), 401, "Nobody has this key."],
			[new Error("secret"), 500, "Internal server error"],
		] as const) {
			await using client = await open(await create(Parts, refuse(error)));
			const { text, ...answer } = await client.send(`/ask?meant=${A}`, { headers: as(A) });
			expect(answer).toEqual({ status });
			expect(JSON.parse(text)).toMatchObject({ statusCode: status, message });
		}
		expect(acted).toEqual({});
		expect(all.seen).toEqual([]);
	});
});
