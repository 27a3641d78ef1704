/** A NestJS interceptor that opens the scope, for handlers that no HTTP middleware precedes. */

import { setImmediate as turn } from "node:timers/promises";
import {
	type CallHandler,
	Controller,
	type ExecutionContext,
	Get,
	Injectable,
	Module,
	type NestInterceptor,
	type PipeTransform,
	Query,
	Sse,
	type Type,
	UseInterceptors,
} from "@nestjs/common";
import { defer, map, mergeMap, Observable, of, timer } from "rxjs";
import { expect, test } from "vitest";
import { accountSessions, runInAwsScope } from "../../src/index.js";
import { current } from "./conformance.js";
import { type Create, open, opening, platforms } from "./nestjs-platforms.js";

const A = "111111111111";
const accounts = accountSessions({ role: "Tenant" });
const spec = { account: A, accounts };

type Intercept = NestInterceptor["intercept"];

@Injectable()
class Inner implements NestInterceptor {
	async intercept(_context: ExecutionContext, next: CallHandler) {
		await turn();
		const before = current();
		return next.handle().pipe(map((value) => `${value} ${before} ${current()}`));
	}
}

@Injectable()
class Pipe implements PipeTransform {
	async transform(): Promise<string> {
		await turn();
		return current();
	}
}

let ran: string[] = [];

/** Handlers of every kind, behind an interceptor that opens a scope; each tells what it, the pipes and others see. */
function handlers(intercept: Intercept): Type {
	@Injectable()
	class Opening implements NestInterceptor {
		intercept = intercept;
	}
	@Controller()
	@UseInterceptors(Opening, Inner)
	class Handlers {
		@Get("value")
		value(@Query("any", Pipe) piped: string): string {
			ran.push("value");
			return `${piped} ${current()}`;
		}
		@Get("promise")
		async promise(): Promise<string> {
			await turn();
			return current();
		}
		@Get("observable")
		observable(): Observable<string> {
			return defer(() => of(current()));
		}
		@Get("promised")
		async promised(): Promise<Observable<string>> {
			await turn();
			return timer(1).pipe(mergeMap(async () => current()));
		}
		@Sse("sse")
		sse(): Observable<string> {
			return timer(1).pipe(mergeMap(async () => current()));
		}
	}
	return Handlers;
}

const PATHS = ["value", "promise", "observable", "promised", "sse"];
async function answers(create: Create, intercept: Intercept): Promise<Record<string, string>> {
	@Module({ controllers: [handlers(intercept)] })
	class App {}
	await using client = await open(await create(App));
	const texts = PATHS.map(async (path) => {
		const { text } = await client.send(`/${path}`);
		return [path, /data: (.*)/.exec(text)?.[1] ?? text] as const;
	});
	return Object.fromEntries(await Promise.all(texts));
}

test.each(platforms)(
	"over %s, all of a handler is in the scope in which its result is subscribed to",
	async (_, create) => {
		const inside = { promise: `${A} ${A} ${A}`, observable: `${A} ${A} ${A}`, promised: `${A} ${A} ${A}` };
		const expected = { value: `${A} ${A} ${A} ${A}`, sse: `${A} ${A} ${A}`, ...inside };
		expect(
			await answers(
				create,
				opening(() => spec),
			),
		).toEqual(expected);
		const lookedUp: Intercept = async (context, next) => {
			await turn();
			return opening(() => spec)(context, next);
		};
		expect(await answers(create, lookedUp)).toEqual(expected);
	},
);

test.each(platforms)(
	"over %s, a spec that is refused runs no handler and goes to the exception filters",
	async (_, create) => {
		ran = [];
		const refused = await answers(
			create,
			opening(() => ({ account: undefined as never, accounts })),
		);
		expect(JSON.parse(refused["value"] as string)).toEqual({ statusCode: 500, message: "Internal server error" });
		expect(ran).toEqual([]);
	},
);

test("around handle() alone, the scope does not reach an Observable; around subscribe() alone, it does not reach the handler", async () => {
	const create = platforms[0]?.[1] as Create;
	const handle: Intercept = (_context, next) => runInAwsScope(spec, () => next.handle());
	expect(await answers(create, handle)).toMatchObject({
		promise: `${A} ${A} none`,
		observable: `none ${A} none`,
		promised: `none ${A} none`,
		sse: `none ${A} none`,
	});
	const subscribe: Intercept = (_context, next) => {
		const result = next.handle();
		return new Observable((subscriber) => runInAwsScope(spec, () => result.subscribe(subscriber)));
	};
	expect(await answers(create, subscribe)).toMatchObject({
		value: `none none none ${A}`,
		observable: `${A} none ${A}`,
	});
});
