/**
 * The limits of the figures on any machine. Each is the promised value plus a margin for noise on a shared machine. A
 * broken shortcut, or an SDK package that is loaded too early, exceeds them many times over.
 */

import type { FanOut } from "../fan-out.js";
import type { FirstCall } from "../first-call.js";
import type { ImportFigure, Program } from "../import.js";
import type { Way as Kept } from "../libraries.js";
import type { Overheads } from "../overhead.js";
import type { ResourceFigures } from "../resources.js";
import type { Way } from "../warm-accessor.js";
import type { Way as Request } from "../warm-request.js";
import type { Figure } from "./measure.js";

/** The figures that have a limit. */
export interface Figures {
	readonly warm: ReadonlyMap<Way, Figure>;
	readonly first: ReadonlyMap<FirstCall, Figure>;
	readonly kept: ReadonlyMap<Kept, Figure>;
	readonly request: ReadonlyMap<Request, Figure>;
	readonly loading: ReadonlyMap<Program, ImportFigure>;
	readonly fanOut: ReadonlyMap<string, FanOut>;
	readonly overhead: Overheads;
	readonly resource: ResourceFigures;
}

/** Returns one sentence for each exceeded limit. */
export function missed({ warm, first, kept, request, loading, fanOut, overhead, resource }: Figures): string[] {
	const found: string[] = [];
	const most = (what: string, value: number | undefined, limit: number): void => {
		if (value === undefined || !(value <= limit)) found.push(`${what} is ${value?.toFixed(2)}, over ${limit}.`);
	};
	const time = (way: Way): number => warm.get(way)?.time ?? Number.NaN;
	const json = time("Map by JSON.stringify, { region }");
	const jsonOptions = time("Map by JSON.stringify, { region, maxAttempts: 5 }");

	// Promised: 4 times the bare pair, measured in turns with it.
	for (const way of [
		'clients.dynamodb("eu-central-1")',
		"clients.dynamodb()",
		'client(DynamoDB, "eu-central-1")',
		'orders("eu-central-1") of defineClients',
	] as const) {
		most(`${way} in times of the bare pair`, warm.get(way)?.ratio, 5);
	}
	// Promised: a tenth, and a half in the object form.
	most(
		"clients.dynamodb(region) in times of a Map by JSON.stringify",
		time('clients.dynamodb("eu-central-1")') / json,
		0.14,
	);
	most(
		"the object form in times of a Map by JSON.stringify",
		time("clients.s3({ region, maxAttempts: 5 })") / jsonOptions,
		0.5,
	);
	// Promised: 5 times `als.run()` and the bare pair for a scope and its first client, 12 with options, 8 by session.
	for (const [way, limit] of [
		["runInAwsScope(session, () => clients.dynamodb(region))", 7],
		["runInAwsScope({ session, region }, () => clients.dynamodb())", 16],
		["runInAwsScope(session, () => clients.dynamodb({ region, maxAttempts }))", 16],
		["session.clients.dynamodb(region)", 11],
		["clients.dynamodb({ session, region })", 11],
	] as const) {
		most(`${way} in times of the same by hand`, first.get(way)?.ratio, limit);
	}
	// Promised: 3 times a warm accessor, and 1.5 microseconds more than the client's own `send`.
	most("perSession(make)() in times of a warm accessor", kept.get("perSession(make)()")?.ratio, 4);
	for (const way of ["followingClient(accessor).send(command)", "the same, with middleware of its own"] as const) {
		const { time: sent, floor } = kept.get(way) ?? { time: Number.NaN, floor: 0 };
		most(`${way} in nanoseconds more than the client's own`, sent - floor, 2_000);
	}
	// Promised: 1.05 times the same client built by hand, inside `als.run()`.
	for (const way of [
		"session.clients.dynamodb(region)",
		"runInAwsScope(session, () => clients.dynamodb(region))",
	] as const) {
		most(`a warm request by ${way} in times of one by hand`, request.get(way)?.ratio, 1.15);
	}
	// Promised: 5 ms. The limit is relative to importing an SDK package, because slower machines take longer for everything.
	const sdk = loading.get('import "@aws-sdk/client-dynamodb"')?.above ?? Number.NaN;
	for (const program of [
		'import "aws-scope"',
		'require("aws-scope")',
		'import "aws-scope/resources"',
		'require("aws-scope/resources")',
	] as const) {
		most(
			`${program} in times of importing the DynamoDB client`,
			(loading.get(program)?.above ?? Number.NaN) / sdk,
			0.33,
		);
	}
	// Promised: 32 connections for data and 16 for STS, for any number of accounts.
	for (const [name, { connections, sts, wrong }] of fanOut) {
		if (!name.startsWith("fanOut()")) continue;
		most(`data connections of ${name}`, connections, 32);
		most(`connections to STS of ${name}`, sts, 16);
		most(`requests with another identity of ${name}`, wrong, 0);
	}
	// Promised: 3 µs, which is what a Koa invocation itself takes on the same machine, on every version of Node.
	for (const [name, way, { difference, reference }] of overhead) {
		if (/awsScope/i.test(way)) most(`${name}: ${way} in times of bare Koa, in turns`, difference / reference, 2);
	}
	// Promised: 1.1 times the bare paginator, 2 times a plain property, and memory that does not grow with the list.
	for (const [way, { ratio }] of resource.ways) {
		const limit = way.includes("attributes") ? 2.5 : way.includes("clients.s3()") ? 8 : 1.3;
		most(`${way} in times of the bare SDK or a plain property`, ratio, limit);
	}
	const [early, , late] = resource.memory;
	most(
		"heap after 100,000 objects in times of that after 10,000",
		(late?.heap ?? Number.NaN) / (early?.heap ?? 1),
		1.25,
	);
	return found;
}
