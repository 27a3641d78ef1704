/** A request handler of the user's that never answers: it must not keep STS from everybody for good. */

import { expect, test } from "vitest";
import { configure, errors } from "../../src/index.js";
import { SECOND, settle } from "../helpers/time.js";
import { account, startWorld } from "./world.js";

test("its calls end with the patience of their attempts, and their places are free again", async () => {
	await using world = await startWorld(17);
	const signals: AbortSignal[] = [];
	const silent = {
		metadata: { handlerProtocol: "http/1.1" },
		handle: (_request: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
			if (abortSignal !== undefined) signals.push(abortSignal);
			return new Promise<never>(() => {});
		},
	};
	configure({ sts: { requestHandler: silent as never } });
	const hung = Promise.allSettled(world.sessions.slice(0, 16).map((session) => session.credentials()));
	await settle(() => signals.length < 16);
	for (let second = 0; second < 12; second += 1) await world.time.advance(SECOND);
	for (const end of await hung) {
		expect(end).toMatchObject({ status: "rejected", reason: expect.any(errors.AssumeRoleError) });
	}
	expect(signals.every(({ aborted }) => aborted)).toBe(true);
	configure({ sts: undefined });
	expect(await world.request(world.sessions[16] as (typeof world.sessions)[number])).toBe(account(16));
	expect(world.time.timers()).toBe(0);
});
