/** A refresh retains nothing of the call that started it, and a session takes no part in its callers' contexts. */

import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { type AwsSession, runInAwsScope, session, tryCurrentAwsScope } from "../../src/index.js";
import { gate } from "../helpers/barrier.js";
import { scale } from "../helpers/scale.js";
import { settle } from "../helpers/time.js";
import { startWorld } from "./world.js";

/** Collects garbage until `gone()`; without the means to, the test fails. */
async function collected(gone: () => boolean, rounds = 50): Promise<boolean> {
	if (globalThis.gc === undefined) throw new Error("Run with --expose-gc: a leak cannot be seen without it.");
	for (let n = 0; n < rounds && !gone(); n += 1) {
		globalThis.gc();
		await settle();
	}
	return gone();
}

test("a hanging refresh, its socket and its timers retain no scope of whoever started it, ours or another library's", async () => {
	await using world = await startWorld(1);
	const [tenant] = world.sessions as [AwsSession];
	const other = new AsyncLocalStorage<object>();
	const held = gate();
	using _ = world.aws.fail({ kind: "delay", service: "sts", until: held.opened });
	const dead = new Set<string>();
	const registry = new FinalizationRegistry<string>((name) => void dead.add(name));
	const left = new AbortController();
	await (async () => {
		const store = { payload: new Uint8Array(1_000) };
		const clientDefaults = { customUserAgent: `scope-${Math.random()}` };
		registry.register(store, "other store");
		registry.register(clientDefaults, "our scope");
		const asked = other.run(store, () =>
			runInAwsScope({ session: tenant, clientDefaults }, () => tenant.credentials({ signal: left.signal })),
		);
		const gone = asked.catch(() => undefined);
		await settle(() => world.aws.stats().assumeRole.inFlight === 0);
		left.abort();
		await gone;
	})();
	expect(await collected(() => dead.size === 2)).toBe(true);
	expect(world.aws.stats().assumeRole.inFlight).toBe(1);
	held.open();
	expect((await tenant.credentials()).accountId).toBe(tenant.account);
});

test("the same leak is seen when the store is held", async () => {
	const dead = new Set<string>();
	const registry = new FinalizationRegistry<string>((name) => void dead.add(name));
	const store = { payload: new Uint8Array(1_000) };
	registry.register(store, "held");
	expect(await collected(() => dead.has("held"), scale(5, 50))).toBe(false);
	expect(store.payload).toHaveLength(1_000);
});

test("a provider runs outside every scope, whoever asks first, and callers keep their own", async () => {
	const storage = new AsyncLocalStorage<string>();
	const seen: unknown[] = [];
	const given = session({
		credentials: async () => {
			await settle();
			seen.push(tryCurrentAwsScope(), storage.getStore());
			return { accessKeyId: "AKIA", secretAccessKey: "secret" };
		},
	});
	const other = session({ credentials: { accessKeyId: "AKIB", secretAccessKey: "secret" } });
	const stores = await Promise.all(
		["a", "b"].map((name) =>
			storage.run(name, () =>
				runInAwsScope(other, async () => {
					await given.credentials();
					return [storage.getStore(), tryCurrentAwsScope()?.session];
				}),
			),
		),
	);
	expect(stores).toEqual([
		["a", other],
		["b", other],
	]);
	expect(seen).toEqual([undefined, undefined]);
});
