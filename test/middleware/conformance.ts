/** What every framework's awsScope() promises, over real servers: who signs, what an error does, what is left behind. */

import { afterAll, beforeAll, beforeEach } from "vitest";
import { tryCurrentAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failures } from "./conformance-errors.js";
import { nesting } from "./conformance-nesting.js";
import { pipelining } from "./conformance-pipelining.js";
import { requests } from "./conformance-requests.js";
import { type App, ask, type Call, type Client, type Find, listen, type Route, type Serve } from "./servers.js";

/** A framework, and what its tests share. */
export interface Suite extends Framework {
	/** The local AWS of these tests. */
	all(): TenantAws;
	readonly A: string;
	readonly B: string;
	/** Finds the tenant by a header. */
	readonly byHeader: Find;
	/** Asks AWS as the tenant that the header names. */
	readonly signer: Route;
	start(app: App, sockets?: number): Promise<Client>;
}

export interface Framework {
	readonly name: string;
	/** Makes a server of an application's description, as users of the framework write one. */
	readonly serve: Serve;
	/** The adapter itself. */
	readonly awsScope: (spec: never) => unknown;
}

export const current = (): string => tryCurrentAwsScope()?.account ?? "none";
export const tenantOf = (call: Call): string => String(call.header("x-tenant"));
export const as = (account: string): Record<string, string> => ({ "x-tenant": account });

export function conformance(framework: Framework): void {
	let all: TenantAws;
	beforeAll(async () => {
		all = await startTenants({ tenants: 3 });
	});
	beforeEach(() => {
		all.seen.length = 0;
	});
	afterAll(() => all[Symbol.asyncDispose]());
	const suite: Suite = {
		...framework,
		all: () => all,
		A: tenant(0),
		B: tenant(1),
		byHeader: (call) => ({ account: tenantOf(call), accounts: all.accounts }),
		signer: { path: "/ask", handle: (call) => ask(tenantOf(call)) },
		start: async (app, sockets) => listen(await framework.serve(app), sockets),
	};
	requests(suite);
	pipelining(suite);
	failures(suite);
	nesting(suite);
}
