/** The back-off of a throttled account and region. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Limits } from "../../fan-out/limits.js";

const here = { account: "111111111111", region: "us-east-1" };
let now = 1_000;

beforeEach(() => {
	vi.spyOn(performance, "now").mockImplementation(() => now);
	vi.spyOn(Math, "random").mockReturnValue(0.5);
});

afterEach(() => vi.restoreAllMocks());

test("tasks that are throttled together count once, and each further time in a row doubles the wait up to a limit", () => {
	const limits = new Limits(1, 1);
	const waits: number[] = [];
	for (let time = 0; time < 8; time += 1) {
		for (let task = 0; task < 3; task += 1) limits.throttled(here);
		waits.push(limits.backOff(here));
		now += limits.backOff(here);
		expect(limits.backOff(here)).toBe(0);
	}
	expect(waits).toEqual([375, 750, 1_500, 3_000, 6_000, 12_000, 15_000, 15_000]);
	expect(limits.backOff({ ...here, region: "eu-west-1" })).toBe(0);
	limits.passed(here);
	limits.throttled(here);
	expect(limits.backOff(here)).toBe(375);
});
