/** The ways to open a scope around a middy handler, which the tests go through alike. */

import middy6 from "@middy/core";
import { awsScopeExecution, openAwsScope } from "../../middleware/middy.js";
import { clients } from "../../src/index.js";
import { meantFor } from "../helpers/aws.js";
import { executionModeStandard, middy7 } from "./middy7.js";

/** The event of the tests. */
export interface Tenanted {
	readonly tenant: string;
}

/** Middy's request, for hooks of every version. */
export interface AnyRequest {
	event: Tenanted;
	context: object;
	internal: Record<string, unknown>;
	response: unknown;
	error: unknown;
	earlyResponse?: unknown;
}
type Hook = (request: AnyRequest) => unknown;

/** What both generations of middy give. */
export interface Chain {
	(event: Tenanted, context?: object): Promise<unknown>;
	use(middleware: object | readonly object[]): Chain;
	before(hook: Hook): Chain;
	after(hook: Hook): Chain;
	onError(hook: Hook): Chain;
	handler(fn: Handler): Chain;
}

export type Handler = (event: Tenanted) => unknown;
export type Plugin = Readonly<Record<string, unknown>>;
export type Make = (fn?: Handler, plugin?: Plugin) => Chain;

/** Without a handler middy takes its options first, and ignores a second argument. */
const untyped =
	(middy: unknown): Make =>
	(fn, plugin) =>
		(middy as (...args: unknown[]) => Chain)(...(fn === undefined ? [plugin] : [fn, plugin]));

/** middy as it is, by version. */
export const bare: readonly (readonly [string, Make])[] = [
	["middy 6", untyped(middy6)],
	["middy 7", untyped(middy7)],
];

/** middy with a scope around each invocation. */
export const opened: readonly (readonly [string, Make])[] = [
	...bare.map(([name, make]) => [name, ((fn, plugin) => openAwsScope(make(fn, plugin))) as Make] as const),
	[
		"middy 7 with an execution mode",
		(fn, plugin) => untyped(middy7)(fn, { ...plugin, executionMode: awsScopeExecution(executionModeStandard) }),
	],
];

/** Shared code that knows nothing of tenants: asks DynamoDB, which answers with the account that signed. */
export async function ask(meant: string, client = clients.dynamodb()): Promise<string | undefined> {
	const { Item } = await client.getItem({ TableName: meantFor(meant), Key: { id: { S: "1" } } });
	return Item?.["account"]?.S;
}
