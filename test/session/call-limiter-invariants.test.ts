/** What holds in every order of arrivals, ends, throttles, hangs, abandoned attempts and lost patience. */

import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "../../src/home/clock.js";
import { CallLimiter, type Sharer } from "../../src/session/call-limiter.js";
import { scale } from "../helpers/scale.js";

const MOST = 8;
const PATIENCE = 10_000;
const part = (share: number, places: number) => Math.max(1, Math.floor(share * places));

type Ending = "well" | "badly" | "throttled";
type Step =
	| { readonly do: "arrive"; readonly role: string; readonly caller: string; readonly urgent: boolean }
	| { readonly do: "end"; readonly which: number; readonly how: Ending }
	| { readonly do: "abandon" | "join"; readonly which: number }
	| { readonly do: "pass"; readonly milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant("arrive" as const),
			role: fc.constantFrom("r0", "r1", "r2", "r3", "r4", "r5"),
			caller: fc.constantFrom("c0", "c0", "c1", "c2"),
			urgent: fc.boolean(),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant("end" as const),
			which: fc.nat(),
			how: fc.constantFrom<Ending[]>("well", "badly", "throttled"),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constantFrom("abandon" as const, "join" as const), which: fc.nat() }) },
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constant("pass" as const), milliseconds: fc.constantFrom(100, 2_000, 6_000) }),
	},
);

interface Call extends Sharer {
	urgent: boolean;
	abandoned: boolean;
	waiting: boolean;
	readonly force: false;
	readonly deadline: number;
	readonly timeLeft: number;
	state: "waiting" | "running" | "done";
	wasHung: boolean;
	beganAt: number;
	number: number;
	end(how: Ending): void;
}

/** The limiter beside a model of it that only counts. */
class Trial {
	readonly #limiter = new CallLimiter(MOST);
	readonly #calls: Call[] = [];
	readonly #hung = new Set<string>();
	readonly #timers = new Set<{ at: number; callback: () => void }>();
	#now = 0;
	#limit = MOST;
	#begun = 0;
	#halvedAt = 0;
	#urgentInRow = 0;
	readonly left: Promise<unknown>[] = [];
	#wrong: unknown;

	readonly clock = {
		wall: () => this.#now,
		monotonic: () => this.#now,
		random: () => 0.5,
		after: (milliseconds: number, callback: () => void) => {
			const timer = { at: this.#now + milliseconds, callback };
			this.#timers.add(timer);
			return () => void this.#timers.delete(timer);
		},
	};

	in(state: Call["state"]): Call[] {
		return this.#calls.filter((call) => call.state === state);
	}

	async take(step: Step): Promise<void> {
		if (step.do === "arrive") this.#arrive(step);
		if (step.do === "pass") this.#pass(step.milliseconds);
		const among = this.in(step.do === "end" ? "running" : "waiting");
		const call = "which" in step ? among[step.which % among.length] : undefined;
		if (call !== undefined && step.do === "end") call.end(step.how);
		if (call !== undefined && step.do === "abandon") call.abandoned = true;
		if (call !== undefined && step.do === "join") call.urgent = true;
		await turn();
		if (this.#wrong !== undefined) throw this.#wrong;
		this.#check();
	}

	#arrive({ role, caller, urgent }: Sharer & { readonly urgent: boolean }): void {
		const trial = this;
		const deadline = this.#now + PATIENCE;
		const call: Call = {
			...{ role, caller, urgent, force: false, abandoned: false, waiting: false, deadline },
			...{ state: "waiting", wasHung: false, beganAt: 0, number: 0, end: () => undefined },
			get timeLeft() {
				return deadline - trial.#now;
			},
		};
		this.#calls.push(call);
		const done = this.#limiter.run(call, call, () => this.#begin(call));
		const over = (): void => {
			call.state = "done";
		};
		this.left.push(done.then(over, over));
	}

	#begin(call: Call): Promise<void> {
		call.state = "running";
		return new Promise((resolve, reject) => {
			call.end = (how) => {
				call.state = "done";
				this.#note(call, how);
				if (how === "well") resolve();
				else reject(Object.assign(new Error(how), { name: how === "throttled" ? "Throttling" : "Error" }));
			};
			try {
				this.#admitted(call);
			} catch (error) {
				this.#wrong ??= error;
			}
		});
	}

	/** Each admission is judged by what the model holds: one by one, in the order in which the calls begin. */
	#admitted(call: Call): void {
		const others = this.in("running").filter((one) => one !== call);
		const waiting = this.in("waiting").filter((one) => !one.abandoned);
		expect(others.length, "calls under way").toBeLessThan(this.#limit);
		expect(call.abandoned, "abandoned").toBe(false);
		const hungRunning = others.filter((one) => one.wasHung).length;
		const mayHang = hungRunning < part(3 / 4, this.#limit);
		call.wasHung = this.#hung.has(call.role);
		if (call.wasHung) expect(mayHang, "hung roles within their part").toBe(true);
		const could = waiting.filter((one) => mayHang || !this.#hung.has(one.role));
		const over = ({ role, caller }: Sharer) => ({
			caller: others.filter((one) => one.caller === caller).length >= part(1 / 2, this.#limit),
			role: others.filter((one) => one.role === role).length >= part(1 / 4, this.#limit),
		});
		const own = over(call);
		if (own.caller)
			expect(
				could.filter((one) => !over(one).caller),
				"callers within their share",
			).toEqual([]);
		if (own.role) {
			const better = could.filter((one) => !over(one).role && over(one).caller === own.caller);
			expect(better, "roles within their share").toEqual([]);
		}
		this.#urgentInRow = call.urgent ? this.#urgentInRow + 1 : 0;
		if (this.#urgentInRow > 3) {
			const patient = could.filter((one) => !one.urgent && !over(one).caller && !over(one).role);
			expect(patient, "those that nobody waits for").toEqual([]);
		}
		this.#begun += 1;
		call.number = this.#begun;
		call.beganAt = this.#now;
	}

	#note(call: Call, how: Ending): void {
		this.#hung.delete(call.role);
		if (how !== "well" && this.#now - call.beganAt >= 1_000) this.#hung.add(call.role);
		if (call.number <= this.#halvedAt) return;
		if (how === "well") this.#limit = Math.min(MOST, this.#limit + 1);
		if (how !== "throttled") return;
		this.#limit = Math.max(part(1 / 4, MOST), Math.floor(this.#limit / 2));
		this.#halvedAt = this.#begun;
	}

	#pass(milliseconds: number): void {
		this.#now += milliseconds;
		for (const timer of this.#timers) {
			if (timer.at > this.#now) continue;
			this.#timers.delete(timer);
			timer.callback();
		}
	}

	/** No place is empty while somebody could use it, nobody waits past their patience, and each timer bounds a wait. */
	#check(): void {
		const running = this.in("running");
		const hungRunning = running.filter((one) => one.wasHung).length;
		const could = this.in("waiting").filter(
			(one) => !one.abandoned && (hungRunning < part(3 / 4, this.#limit) || !this.#hung.has(one.role)),
		);
		if (running.length < this.#limit) expect(could, "empty places").toEqual([]);
		expect(this.in("waiting").filter((one) => one.deadline <= this.#now)).toEqual([]);
		expect(this.#timers.size).toBe(this.in("waiting").length);
	}

	/** Everybody who waits gets a turn once calls end; then all places are free again. */
	async drain(): Promise<void> {
		while (this.in("running").length > 0) await this.take({ do: "end", which: 0, how: "well" });
		expect(this.in("waiting").filter(({ abandoned }) => !abandoned)).toEqual([]);
		for (let n = 0; n < MOST; n += 1) await this.take({ do: "arrive", role: `new ${n}`, caller: "new", urgent: false });
		expect(this.in("running")).toHaveLength(this.#limit);
		await this.drained();
	}

	async drained(): Promise<void> {
		while (this.in("running").length > 0) await this.take({ do: "end", which: 0, how: "well" });
		await Promise.all(this.left);
		expect(this.#timers.size).toBe(0);
	}
}

test("the limit and the shares hold, no place is lost, and everybody gets a turn or leaves", async () => {
	let steps = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 160, size: "max" }), async (plan) => {
			const trial = new Trial();
			const restore = useClock(trial.clock);
			try {
				for (const one of plan) await trial.take(one);
				steps += plan.length;
				await trial.drain();
			} finally {
				restore();
			}
		}),
		{ numRuns: scale(60, 200) },
	);
	console.log(`The limiter kept its invariants through ${steps} steps.`);
}, 60_000);
