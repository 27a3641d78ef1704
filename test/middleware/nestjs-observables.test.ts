/** Observables and streams of a NestJS application: which of them keep the request's scope, and what mends the others. */

import { AsyncResource } from "node:async_hooks";
import { Readable } from "node:stream";
import { Controller, Get, type MessageEvent, Module, Param, Sse, StreamableFile } from "@nestjs/common";
import { defer, finalize, interval, map, mergeMap, NEVER, Observable, Subject, startWith, take, timer } from "rxjs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runInAwsScope } from "../../src/index.js";
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
beforeEach(() => {
	all.seen.length = 0;
});

const byHeader = ({ headers }: AnyRequest) => ({ account: String(headers["x-tenant"]), accounts: all.accounts });

/** What the whole application listens to. */
let events = new Subject<void>();
let listening: () => Promise<void>;
const announced = <T>(source: Observable<T>): Observable<T> =>
	new Observable((subscriber) => {
		const subscription = source.subscribe(subscriber);
		void listening();
		return subscription;
	});

/** What `finalize()` has seen. */
let ends: string[] = [];
let ended: () => Promise<void>;

@Controller(":tenant")
class Streams {
	@Get("cold")
	cold(@Param("tenant") meant: string): Observable<string> {
		return defer(() => ask(meant));
	}
	@Get("promised")
	async promised(@Param("tenant") meant: string): Promise<Observable<string>> {
		await ask(meant);
		return timer(1).pipe(mergeMap(() => ask(meant)));
	}
	@Sse("sse")
	sse(@Param("tenant") meant: string): Observable<MessageEvent> {
		return interval(1).pipe(
			take(3),
			mergeMap(() => ask(meant)),
			map((data) => ({ data })),
		);
	}
	@Get("file")
	file(@Param("tenant") meant: string): StreamableFile {
		return new StreamableFile(
			Readable.from(
				(async function* () {
					for (let piece = 0; piece < 5; piece++) yield `${await ask(meant)} ${".".repeat(50_000)}`;
				})(),
			),
		);
	}
	@Sse("endless")
	endless(): Observable<MessageEvent> {
		const note = (): void => {
			ends.push(current());
			void ended();
		};
		return NEVER.pipe(startWith({ data: "begun" }), finalize(note), finalize(AsyncResource.bind(note)));
	}
	@Sse("hot")
	hot(): Observable<MessageEvent> {
		return announced(
			events.pipe(
				take(1),
				map(() => ({ data: current() })),
			),
		);
	}
	@Sse("bound")
	bound(@Param("tenant") meant: string): Observable<MessageEvent> {
		const answer = AsyncResource.bind(async () => ({ data: await ask(meant) }));
		return announced(events.pipe(take(1), mergeMap(answer)));
	}
}

@Module({ controllers: [Streams] })
class Streaming {}

describe.each(platforms)("NestJS over %s", (_, create) => {
	const received = (text: string): string[] => text.match(/\d{12}/g) ?? [];

	test.each([
		["an Observable", "cold", 1],
		["a promise of an Observable", "promised", 1],
		["server-sent events", "sse", 3],
		["a StreamableFile, piece by piece", "file", 5],
	])("makes %s as the request's tenant", async (_what, path, count) => {
		await using client = await open(await create(Streaming, byHeader));
		const answers = await Promise.all([A, B].map((meant) => client.send(`/${meant}/${path}`, { headers: as(meant) })));
		expect(answers.map(({ text }) => received(text))).toEqual([A, B].map((meant) => Array(count).fill(meant)));
		expect(all.wrong()).toEqual([]);
	});

	test("ends the Observable of a caller who has gone outside every scope, unless what ends it is bound", async () => {
		ends = [];
		ended = barrier(3);
		await using client = await open(await create(Streaming, byHeader));
		const request = client.open(`/${A}/endless`, { headers: as(A) });
		request
			.on("error", () => {})
			.on("response", (response) => {
				response.on("error", () => {}).once("data", () => request.destroy());
			});
		request.end();
		await ended();
		expect(ends).toEqual(["none", A]);
	});

	test.each([
		["in the emitter's scope, unless", "hot", [B, B]],
		["as the request's tenant, where", "bound", [A, B]],
	])("runs the operators of an Observable that requests share %s they are bound", async (_what, path, expected) => {
		events = new Subject();
		const both = barrier(3);
		listening = both;
		await using client = await open(await create(Streaming, byHeader));
		const sent = [A, B].map((meant) => client.send(`/${meant}/${path}`, { headers: as(meant) }));
		await both();
		runInAwsScope(all.accounts(B), () => events.next());
		const answers = await Promise.all(sent);
		expect(answers.map(({ text }) => /data: (\w+)/.exec(text)?.[1])).toEqual(expected);
	});
});
