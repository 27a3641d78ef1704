/** The pure rules: what a caller gets, when the windows open, and how patience grows. */

import { describe, expect, test } from "vitest";
import {
	backOff,
	type CredentialState,
	type Decision,
	decide,
	drawWindows,
	type FailureKind,
} from "../../src/session/refresh-rules.js";
import { prng } from "../helpers/prng.js";

const FRESH = { remaining: 3_000_000, steady: 3_000_000, advisory: 1_300_000, mandatory: 60_000 };
const ADVISORY = { ...FRESH, remaining: 1_000_000, steady: 1_000_000 };
const MANDATORY = { ...FRESH, remaining: 30_000, steady: 30_000 };
const EXPIRED = { ...FRESH, remaining: -1, steady: -1 };
const STEPPED = { ...FRESH, remaining: -1, steady: 3_000_000 };
const FOREVER = { ...FRESH, remaining: Infinity, steady: Infinity };
const idle = { refreshing: false, backingOff: false };
const refreshing = { refreshing: true, backingOff: false };
const backingOff = { refreshing: false, backingOff: true };
const both = { refreshing: true, backingOff: true };

const rows: readonly [situation: string, state: CredentialState, decision: Decision][] = [
	["nothing held", { held: undefined, ...idle }, "wait"],
	["nothing held, an attempt under way", { held: undefined, ...refreshing }, "wait"],
	["nothing held, an attempt failed lately", { held: undefined, ...backingOff }, "fail"],
	["nothing held, a forced attempt within the back-off", { held: undefined, ...both }, "wait"],
	["fresh", { held: FRESH, ...idle }, "serve"],
	["fresh and being replaced", { held: FRESH, ...refreshing }, "serve"],
	["fresh after a failure", { held: FRESH, ...backingOff }, "serve"],
	["never expiring", { held: FOREVER, ...idle }, "serve"],
	["on the edge of the advisory window", { held: { ...FRESH, remaining: 1_300_000 }, ...idle }, "serveAndRefresh"],
	["just before the advisory window", { held: { ...FRESH, remaining: 1_300_001 }, ...idle }, "serve"],
	["in the advisory window", { held: ADVISORY, ...idle }, "serveAndRefresh"],
	["in the advisory window, an attempt under way", { held: ADVISORY, ...refreshing }, "serve"],
	["in the advisory window after a failure", { held: ADVISORY, ...backingOff }, "serve"],
	["on the edge of the mandatory window", { held: { ...FRESH, remaining: 60_000 }, ...idle }, "waitElseServe"],
	["in the mandatory window", { held: MANDATORY, ...idle }, "waitElseServe"],
	["in the mandatory window, an attempt under way", { held: MANDATORY, ...refreshing }, "waitElseServe"],
	["in the mandatory window after a failure", { held: MANDATORY, ...backingOff }, "serve"],
	["in the mandatory window, forced within the back-off", { held: MANDATORY, ...both }, "waitElseServe"],
	["expired", { held: EXPIRED, ...idle }, "wait"],
	["expired to the millisecond", { held: { ...FRESH, remaining: 0, steady: 0 }, ...idle }, "wait"],
	["expired, an attempt under way", { held: EXPIRED, ...refreshing }, "wait"],
	["expired after a failure", { held: EXPIRED, ...backingOff }, "fail"],
	["expired by the wall clock alone", { held: STEPPED, ...idle }, "refreshElseServe"],
	["expired by the wall clock alone, an attempt under way", { held: STEPPED, ...refreshing }, "refreshElseServe"],
	["expired by the wall clock alone, after a failure", { held: STEPPED, ...backingOff }, "serve"],
	["a window of 0", { held: { ...FRESH, remaining: 1, advisory: 0, mandatory: 0 }, ...idle }, "serve"],
];

test.each(rows)("%s", (_situation, state, decision) => {
	expect(decide(state)).toBe(decision);
});

describe("windows", () => {
	const minutes = (lifetime: number, random: number) => {
		const { advisory, mandatory } = drawWindows(lifetime * 60_000, random);
		return [advisory / 60_000, mandatory / 1_000];
	};
	test.each([
		// minutes of life, advisory in minutes from and below, mandatory in seconds
		[10, 10 / 3, 25 / 6, 40],
		[15, 5, 6.25, 60],
		[20.5, 20.5 / 3, 25.625 / 3, 60],
		[60, 20, 25, 60],
		[360, 60, 75, 60],
		[720, 60, 75, 60],
	])("credentials of %d minutes are replaced %d to %d minutes early", (lifetime, from, below, mandatory) => {
		expect(minutes(lifetime, 0)).toEqual([expect.closeTo(from), expect.closeTo(mandatory)]);
		expect(minutes(lifetime, 1 - 1e-9)).toEqual([expect.closeTo(below, 5), expect.closeTo(mandatory)]);
	});

	test("can be configured, but never to replace every answer at once", () => {
		const chosen = { advisorySeconds: 1_800, mandatorySeconds: 10 };
		expect(drawWindows(21_600_000, 0, chosen)).toEqual({ advisory: 1_800_000, mandatory: 10_000 });
		expect(drawWindows(900_000, 0.5, chosen)).toEqual({ advisory: 450_000, mandatory: 10_000 });
	});

	test.each([900, 3_600])(
		"1,000 sessions of %d s issued in one second never refresh more than 40 in one",
		(seconds) => {
			let busiest = 0;
			for (let seed = 1; seed <= 20; seed += 1) {
				const random = prng(seed);
				const perSecond = new Map<number, number>();
				for (let n = 0; n < 1_000; n += 1) {
					const at = random() * 1_000 + seconds * 1_000 - drawWindows(seconds * 1_000, random()).advisory;
					const second = Math.floor(at / 1_000);
					perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
				}
				busiest = Math.max(busiest, ...perSecond.values());
			}
			expect(busiest).toBeLessThanOrEqual(40);
			// It is the draw that spreads them, not the test.
			expect(busiest).toBeGreaterThan(4);
			console.log(`Busiest refresh second of 1,000 sessions of ${seconds} s, 20 runs: ${busiest}`);
		},
	);
});

describe("patience", () => {
	const steps = (kind: FailureKind, usable: boolean, random: number) =>
		Array.from({ length: 9 }, (_, failures) => backOff(kind, failures, usable, random) / 1_000);

	test.each<[FailureKind, boolean, number[], number[]]>([
		["failed", true, [0.5, 1, 2, 4, 8, 16, 30, 30, 30], [1, 2, 4, 8, 16, 32, 60, 60, 60]],
		["failed", false, [0.5, 1, 2, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5], [1, 2, 4, 5, 5, 5, 5, 5, 5]],
		["throttled", true, [2.5, 5, 10, 20, 30, 30, 30, 30, 30], [5, 10, 20, 40, 60, 60, 60, 60, 60]],
		["throttled", false, [2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5], [5, 5, 5, 5, 5, 5, 5, 5, 5]],
		["denied", true, [0.75, 1.5, 3, 6, 12, 24, 45, 45, 45], [1.25, 2.5, 5, 10, 20, 40, 75, 75, 75]],
		["denied", false, [0.75, 1.5, 3, 6, 12, 24, 45, 45, 45], [1.25, 2.5, 5, 10, 20, 40, 75, 75, 75]],
	])("after a call that %s (usable: %s) lies between two staircases", (kind, usable, least, most) => {
		expect(steps(kind, usable, 0)).toEqual(least);
		expect(steps(kind, usable, 1)).toEqual(most);
	});

	test("grows no further after a thousand failures", () => {
		expect(backOff("failed", 1_000, true, 1)).toBe(60_000);
	});
});
