/**
 * What `npm test` does around each file, since its files share processes: each loads the sources anew, finds an empty
 * home, and must leave the environment and the globals as it found them. `npm run test:full` gives each file a process
 * of its own.
 */

import { afterAll, expect, vi } from "vitest";

vi.resetModules();
const home = (globalThis as { [name: symbol]: { readonly slots: Map<string, unknown> } | undefined })[
	Symbol.for("aws-scope/1")
];
home?.slots.clear();

const environment = { ...process.env };
const globals = { Date, setTimeout, clearTimeout, setInterval, setImmediate, fetch };

afterAll(async () => {
	const { resetAwsScope } = await import("../../local-aws/index.js");
	await resetAwsScope();
	expect({ ...process.env }, "This file left another environment to the next one").toEqual(environment);
	for (const [name, value] of Object.entries(globals)) {
		expect(globalThis[name as keyof typeof globals], `This file left another ${name} to the next one`).toBe(value);
	}
});
