/** Whose requests each example of the documentation makes, by the server's word. */

import { readdirSync } from "node:fs";
import { Logger } from "@nestjs/common";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { ROOT } from "../../scripts/entries.js";
import { accountSessions, close, errors } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { eventually } from "../helpers/barrier.js";
import { ACME, AROUND, BLUM, ELSEWHERE, POOL, rows, type Seen } from "./identity-rows.js";

let all: TenantAws;
beforeAll(async () => {
	Logger.overrideLogger(false);
	vi.stubGlobal("awslambda", { streamifyResponse: (handler: unknown) => handler });
	all = await startTenants({
		tenants: 0,
		options: { accounts: [OWN, AROUND, ACME, BLUM, POOL] },
		handlers: {
			dynamodb: ({ action, body }) => {
				if (action === "ListTables") return { body: { TableNames: [] } };
				if (action === "Scan") return { body: { Items: [{ id: { S: "1" } }] } };
				const isDirectory = Buffer.from(body).includes('"tenants"');
				return { body: isDirectory ? { Item: { account: { S: ACME } } } : {} };
			},
		},
	});
});
afterEach(async () => {
	// What nobody awaited gets its answer first, and is not tried again during the next test.
	await close();
	await resetAwsScope();
	all.seen.splice(0);
});
afterAll(async () => {
	vi.unstubAllGlobals();
	await all[Symbol.asyncDispose]();
});

const everyRow = rows((count) => eventually(() => expect(all.seen).toHaveLength(count)));

describe.each(everyRow)("%s", (_what, use, inside, outside) => {
	// Each example is loaded anew, as in a process of its own.
	afterAll(() => {
		vi.resetModules();
	});

	async function seen(enter: (fn: () => unknown) => unknown): Promise<Seen> {
		try {
			await use(enter);
		} catch (error) {
			if (error instanceof errors.AwsScopeError && all.seen.length === 0) return "refused";
			throw error;
		}
		return [...new Set(all.seen.map(({ account }) => account))].toSorted();
	}

	test("inside a tenant's scope", async () => {
		const around = accountSessions({ role: "around" })(AROUND);
		expect(await seen((fn) => around.run(fn))).toEqual(inside);
	});

	test("outside every scope", async () => {
		expect(await seen((fn) => fn())).toEqual(outside);
	});
});

test("no example is left out", () => {
	const used = new Set([...everyRow.map(([what]) => what.split(" ")[0]), ...Object.keys(ELSEWHERE)]);
	// test/libraries runs the examples of libraries that keep a client.
	const examples = readdirSync(`${ROOT}examples`).filter((name) => name.endsWith(".ts") && !name.startsWith("librar"));
	expect([...used].toSorted()).toEqual(examples.toSorted());
});
