/** Every scenario, played to the engine with a source of the test's own. */

import { afterEach, expect, test } from "vitest";
import { CredentialKeeper } from "../../src/session/credential-keeper.js";
import { settle, type TestTime, testTime } from "../helpers/time.js";
import { type FakeSource, failing, fakeOwner, fakeSource, issue } from "./fake-source.js";
import { SCENARIOS, type Scenario, type SourceDoes } from "./scenarios.js";

let time: TestTime;
afterEach(() => time[Symbol.dispose]());

function prepare(source: FakeSource, does: SourceDoes, held: string | undefined): void {
	const answers: Record<SourceDoes, FakeSource["answer"]> = {
		answers: "good",
		fails: failing("failed"),
		throttles: failing("throttled"),
		denies: failing("denied"),
		"answers expired": issue(99, -5),
		"answers the same key": issue(Number(held?.slice(4)), 0, new Date(Date.now() + 60_000)),
	};
	source.answer = answers[does];
}

/** Time passes while the promise is pending: the waits between the attempts of one flight. */
async function driven<T>(promise: Promise<T>): Promise<T> {
	let pending = true;
	void promise.then(
		() => {
			pending = false;
		},
		() => {
			pending = false;
		},
	);
	await settle();
	while (pending) await time.advance(50);
	return promise;
}

async function play({ held, next = 3_600, steps }: Scenario): Promise<void> {
	const source = fakeSource({ lifetime: held?.lifetime ?? 3_600 });
	const keeper = new CredentialKeeper(source, fakeOwner);
	let first: string | undefined;
	let former = "";
	if (held !== undefined) {
		first = (await keeper.get()).accessKeyId;
		source.lifetime = next;
		await time.advance(held.age * 1_000);
	}
	for (const [index, step] of steps.entries()) {
		const before = source.made.length;
		const where = `step ${index + 1}`;
		if ("pass" in step) {
			await time.advance(step.pass * 1_000);
			continue;
		}
		const current = keeper.state.accessKeyId;
		if ("ask" in step) {
			prepare(source, step.ask, current);
			const options = step.forceRefresh ? { forceRefresh: true } : undefined;
			const got = await driven(
				keeper.get(options).then(
					({ accessKeyId }) => (accessKeyId === first ? "held" : "new"),
					() => "error",
				),
			);
			expect(got, where).toBe(step.gets);
		} else {
			prepare(source, step.source, current);
			const key = step.reject === "current" ? (current as string) : former;
			expect(await driven(keeper.rejected(key)), where).toBe(step.again);
		}
		await settle();
		if (current !== undefined && current !== keeper.state.accessKeyId) former = current;
		expect(source.made.length - before, `calls in ${where}`).toBe(step.calls);
	}
}

test.each(SCENARIOS)("$name", async (scenario) => {
	for (let seed = 1; seed <= 10; seed += 1) {
		time = testTime({ seed });
		await play(scenario);
		time[Symbol.dispose]();
	}
});
