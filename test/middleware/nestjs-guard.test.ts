/** Guards of a NestJS application that give a scope its identity. */

import {
	type CanActivate,
	Controller,
	type ExecutionContext,
	Get,
	Injectable,
	Module,
	SetMetadata,
	UnauthorizedException,
} from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bindAwsScope, clients } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";
import { as, current } from "./conformance.js";
import { type AnyRequest, open, platforms } from "./nestjs-platforms.js";
import { ask } from "./servers.js";

const [A, B] = [tenant(0), tenant(1)];
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());

let heard: string[] = [];
beforeEach(() => {
	heard = [];
	all.seen.length = 0;
});

/** A route that no guard asks about. */
const Public = () => SetMetadata("public", true);

@Injectable()
class TenantGuard implements CanActivate {
	async canActivate(context: ExecutionContext): Promise<boolean> {
		if (Reflect.getMetadata("public", context.getHandler()) === true) return true;
		const { headers } = context.switchToHttp().getRequest<AnyRequest>();
		// As authentication that asks somebody: requests wait for each other here.
		await met();
		if (headers["x-tenant"] === undefined) throw new UnauthorizedException("Who are you?");
		bindAwsScope({ account: String(headers["x-tenant"]) });
		return true;
	}
}
let met = async (): Promise<void> => {};

/** Stands ahead of the guard that authenticates. */
@Injectable()
class EarlyGuard implements CanActivate {
	canActivate(): boolean {
		try {
			clients.dynamodb();
		} catch (error) {
			heard.push((error as Error).name);
		}
		return true;
	}
}

@Controller()
class Tenants {
	@Get("ask")
	ask(): Promise<string> {
		return ask(current());
	}
	@Get("open")
	@Public()
	open(): string {
		try {
			return String(clients.dynamodb());
		} catch (error) {
			return (error as Error).name;
		}
	}
}

@Module({
	controllers: [Tenants],
	providers: [
		{ provide: APP_GUARD, useClass: EarlyGuard },
		{ provide: APP_GUARD, useClass: TenantGuard },
	],
})
class Guarded {}

describe.each(platforms)("a guard of NestJS over %s", (_, create) => {
	const later = () => ({ bindLater: true, accounts: all.accounts }) as const;
	beforeEach(() => {
		met = async () => {};
	});

	test("gives a scope that was opened before it its identity, also while others are under way", async () => {
		met = barrier(4);
		await using client = await open(await create(Guarded, later()));
		const answers = await Promise.all([A, B, A, B].map((meant) => client.send("/ask", { headers: as(meant) })));
		expect(answers.map(({ text }) => text)).toEqual([A, B, A, B]);
		expect(all.wrong()).toEqual([]);
	});

	test("is the line before which every accessor is refused by name", async () => {
		await using client = await open(await create(Guarded, later()));
		expect((await client.send("/ask", { headers: as(A) })).text).toBe(A);
		expect(heard).toEqual(["UnboundScopeError"]);
		expect((await client.send("/open", { headers: as(A) })).text).toBe("UnboundScopeError");
	});

	test("that refuses leaves nobody's request to the process", async () => {
		await using client = await open(await create(Guarded, later()));
		const { status, text } = await client.send("/ask");
		expect([status, JSON.parse(text).message]).toEqual([401, "Who are you?"]);
		expect(all.seen).toEqual([]);
	});

	test("that finds a scope which has its identity may not give it another one", async () => {
		await using client = await open(await create(Guarded, all.accounts(B)));
		expect((await client.send("/ask", { headers: as(A) })).status).toBe(500);
		expect(all.seen).toEqual([]);
	});
});
