/**
 * Runs around each test file in `npm test`, whose files share processes. Each file loads the sources again, starts with an
 * empty home, and must leave the environment and the globals unchanged. `npm run test:full` runs each file in its own
 * process.
 */

import { afterAll, expect, vi } from "vitest";

vi.resetModules();
const home = (globalThis as { [name: symbol]: { readonly slots: Map<string, unknown> } | undefined })[
	Symbol.for("aws-scope/1")
];
home?.slots.clear();

const environment = { ...process.env };
/** Hono's Node adapter replaces these for good, and other packages read them when they load. */
const replaced = { Request, Response };
const globals = { Date, setTimeout, clearTimeout, setInterval, setImmediate, fetch };

afterAll(async () => {
	const { resetAwsScope } = await import("../../local-aws/index.js");
	await resetAwsScope();
	for (const [name, value] of Object.entries(replaced)) {
		Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
	}
	expect({ ...process.env }, "This file changed the environment").toEqual(environment);
	for (const [name, value] of Object.entries(globals)) {
		expect(globalThis[name as keyof typeof globals], `This file replaced ${name}`).toBe(value);
	}
});
