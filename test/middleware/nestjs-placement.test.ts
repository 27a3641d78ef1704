/** Where awsScope() stands in a NestJS application, and what is made or run before it. */

import {
	Controller,
	Get,
	Inject,
	Injectable,
	type MiddlewareConsumer,
	Module,
	type NestModule,
	type Type,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import { clients, configure } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { as, current } from "./conformance.js";
import { type AnyRequest, open, platforms } from "./nestjs-platforms.js";
import { ask } from "./servers.js";

const A = tenant(0);
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
});
afterAll(() => all[Symbol.asyncDispose]());

const byHeader = ({ headers }: AnyRequest) => ({ account: String(headers["x-tenant"]), accounts: all.accounts });

let heard: string[] = [];
beforeEach(() => {
	heard = [];
	all.seen.length = 0;
});
const note = (_request: unknown, _response: unknown, next: () => void): void => {
	heard.push(current());
	next();
};

@Controller()
class Current {
	@Get("current")
	current(): string {
		return current();
	}
	@Get("client")
	client(): string {
		try {
			return String(clients.dynamodb());
		} catch (error) {
			return (error as Error).name;
		}
	}
}

/** A module with middlewares of its own. */
function withMiddleware(...middleware: ((...args: never[]) => unknown)[]): Type {
	@Module({ controllers: [Current] })
	class Configured implements NestModule {
		configure(consumer: MiddlewareConsumer): void {
			consumer.apply(...middleware).forRoutes("*path");
		}
	}
	return Configured;
}
const send = async (app: Parameters<typeof open>[0]): Promise<string> => {
	await using client = await open(app);
	return (await client.send("/current", { headers: as(A) })).text;
};

describe("a module's own middlewares", () => {
	test("run in the scope over Express, and before it over Fastify", async () => {
		for (const [name, create] of platforms) {
			expect(await send(await create(withMiddleware(note), byHeader))).toBe(A);
			expect(heard.splice(0)).toEqual([name === "Express" ? A : "none"]);
		}
	});

	test("run in the scope over Fastify when the adapter has it before the application is made", async () => {
		const adapter = new FastifyAdapter();
		adapter.register(forFastify(byHeader));
		const app = await NestFactory.create(withMiddleware(note), adapter, { logger: false });
		expect(await send(app)).toBe(A);
		expect(heard).toEqual([A]);
	});

	test("may hold awsScope() itself over Express", async () => {
		const app = await NestFactory.create(withMiddleware(forExpress(byHeader), note), { logger: false });
		expect(await send(app)).toBe(A);
		expect(heard).toEqual([A]);
	});
});

test("over Express, awsScope() that comes after init() is never asked, which requireScope refuses", async () => {
	const app = await NestFactory.create<NestExpressApplication>(withMiddleware(note), { logger: false });
	await app.init();
	app.use(forExpress(byHeader));
	await resetAwsScope();
	configure({ requireScope: true });
	await using client = await open(app);
	expect((await client.send("/current", { headers: as(A) })).text).toBe("none");
	expect((await client.send("/client", { headers: as(A) })).text).toBe("LostScopeError");
});

test.each(platforms)("over %s, providers are made, started and ended outside every scope", async (_, create) => {
	await resetAwsScope();
	const seen: string[] = [];
	@Injectable()
	class Hooks {
		/** As a provider must not: it is made once, for no tenant. */
		readonly client = clients.dynamodb();
		onModuleInit = () => void seen.push(current());
		onApplicationBootstrap = () => void seen.push(current());
		onApplicationShutdown = () => void seen.push(current());
	}
	@Controller()
	class Keeping {
		readonly #client: Hooks["client"];
		constructor(@Inject(Hooks) { client }: Hooks) {
			this.#client = client;
		}
		@Get("ask")
		ask(): Promise<string> {
			return ask(A, this.#client).catch(({ name }: Error) => name);
		}
	}
	@Module({ controllers: [Keeping, Current], providers: [Hooks] })
	class Kept {}
	const app = await create(Kept, byHeader);
	await using client = await open(app);
	expect((await client.send("/current", { headers: as(A) })).text).toBe(A);
	expect((await client.send("/ask", { headers: as(A) })).text).toBe("StrayedClientError");
	await app.close();
	expect(seen).toEqual(["none", "none", "none"]);
});
