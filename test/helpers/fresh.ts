/**
 * Runs around each test file in `npm test`, whose files share processes. Each file loads the sources again, starts with an
 * empty home, and must leave the environment, the globals and the listeners unchanged. `npm run test:full` runs each file
 * in its own process.
 */

import { channel } from "node:diagnostics_channel";
import { afterAll, expect, vi } from "vitest";
import type { ChannelName } from "../../src/home/channels.js";

vi.resetModules();
const home = (globalThis as { [name: symbol]: { readonly slots: Map<string, unknown> } | undefined })[
	Symbol.for("aws-scope/1")
];
home?.slots.clear();

/** What a file may replace, by name. */
const replaceable = (): Record<string, unknown> => ({
	Date,
	setTimeout,
	clearTimeout,
	setInterval,
	setImmediate,
	fetch,
	"Math.random": Math.random,
	"performance.now": performance.now,
	"process.emitWarning": process.emitWarning,
	"process.cwd()": process.cwd(),
	...Object.fromEntries(Object.entries(console).map(([name, method]) => [`console.${name}`, method])),
});

const CHANNELS = Object.keys({
	"aws-scope:client:built": true,
	"aws-scope:client:evicted": true,
	"aws-scope:session:evicted": true,
	"aws-scope:session:refreshed": true,
	"aws-scope:session:refresh-failed": true,
	"aws-scope:session:invalidated": true,
	"aws-scope:transport:waiting": true,
	"aws-scope:refused": true,
} satisfies Record<ChannelName, true>);

// Node forgets a channel by its name when it collects one of that name, also if another file has a new one by then.
const KEEP = Symbol.for("aws-scope-test/channels");
(globalThis as { [KEEP]?: unknown })[KEEP] ??= CHANNELS.map((name) => channel(name));

/** How many listeners each event of the process has, and which channels of the package have any. */
const listeners = (): Record<string, number | boolean> => ({
	...Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
	...Object.fromEntries(CHANNELS.filter((name) => channel(name).hasSubscribers).map((name) => [name, true])),
});

/** Hono's Node adapter replaces these for good, and other packages read them when they load. */
const restored = { Request, Response };

const before = { environment: { ...process.env }, replaceable: replaceable(), listeners: listeners() };

afterAll(async () => {
	const { resetAwsScope } = await import("../../local-aws/index.js");
	await resetAwsScope();
	for (const [name, value] of Object.entries(restored)) {
		Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
	}
	expect({ ...process.env }, "This file changed the environment").toEqual(before.environment);
	const after = replaceable();
	for (const [name, value] of Object.entries(before.replaceable)) {
		expect(after[name], `This file replaced ${name}`).toBe(value);
	}
	expect(listeners(), "This file left listeners").toEqual(before.listeners);
});
