/** awsScope() for Express, over its own server. */

import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { awsScope } from "../../middleware/express.js";
import { assumeRole, tryCurrentAwsScope } from "../../src/index.js";
import { conformance } from "./conformance.js";
import { serveExpress } from "./express-server.js";

conformance({ name: "Express", serve: serveExpress, awsScope });

const tenant = assumeRole({ account: "111111111111", role: "Tenant" });

test("next is called once, also when what comes after throws", () => {
	const calls: unknown[][] = [];
	const next = (...args: unknown[]) => {
		calls.push([tryCurrentAwsScope()?.account, ...args]);
		throw new Error("later");
	};
	expect(() => awsScope(tenant)({} as never, {}, next)).toThrow("later");
	expect(calls).toEqual([["111111111111"]]);
	expect(tryCurrentAwsScope()).toBeUndefined();
});

test("an error of the spec function is given to next, outside every scope", async () => {
	const calls: unknown[][] = [];
	const next = (...args: unknown[]) => void calls.push([tryCurrentAwsScope(), ...args]);
	const boom = new Error("boom");
	awsScope(() => Promise.reject(boom))({} as never, {}, next);
	awsScope(() => {
		throw boom;
	})({} as never, {}, next);
	await turn();
	expect(calls).toEqual([
		[undefined, boom],
		[undefined, boom],
	]);
});
