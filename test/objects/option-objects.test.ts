/** Options mean what a plain object of them means, in whatever form they are given, or are refused by name. */

import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { canonical } from "../../src/home/canonical.js";
import { errors } from "../../src/index.js";
import { scale } from "../helpers/scale.js";
import { FORMS, MAY_REFUSE, ONCE, rewritable, rewrite } from "./forms.js";
import type { Subject } from "./scope-subjects.js";
import { SUBJECTS } from "./subjects.js";

const SEED = Number(process.env["OPTION_OBJECTS_SEED"] ?? scale(1, Date.now() % 2 ** 31));
/** Generated objects of each function; each is given in every form. */
const RUNS = Number(process.env["OPTION_OBJECTS_RUNS"] ?? scale(20, 60));
let given = 0;

beforeAll(() => resetAwsScope());
afterEach(() => resetAwsScope());
afterAll(() => {
	console.info(`${given} objects of options were given, with seed ${SEED}`);
});

type Members = Readonly<Record<string, unknown>>;
interface Outcome {
	readonly means?: string;
	readonly error?: Error;
}

async function outcome({ make }: Subject, options: object, later = (): void => undefined): Promise<Outcome> {
	given += 1;
	try {
		const made = make(options as never);
		later();
		return { means: canonical(await made()) };
	} catch (error) {
		return { error: error as Error };
	}
}

/** The members that are options themselves, in the form. */
const inForm = (form: (plain: Members) => object, { nested = [] }: Subject, plain: Members): object =>
	form(
		Object.fromEntries(
			Object.entries(plain).map(([name, value]) => [
				name,
				nested.includes(name) && typeof value === "object" && value !== null ? form(value as Members) : value,
			]),
		),
	);

/** Why one outcome is not what the other one says. */
function disagreement({ name }: Subject, plain: Outcome, other: Outcome): string | undefined {
	if (other.error !== undefined) {
		if (plain.error === undefined && !MAY_REFUSE.test(other.error.message)) return `was refused: ${other.error.stack}`;
		const named = other.error instanceof errors.AwsScopeError && other.error.message.includes(name);
		return named || other.error.message === plain.error?.message ? undefined : `threw ${other.error.stack}`;
	}
	if (plain.error !== undefined)
		return `was taken for ${other.means}, where the plain object is refused: ${plain.error.message}`;
	return other.means === plain.means ? undefined : `means ${other.means}, and not ${plain.means}`;
}

const rows = SUBJECTS.map((subject, index) => [`${subject.name || "an accessor"} #${index}`, subject, index] as const);

test.each(rows)("%s takes every form for the plain object, or refuses it by name", async (_name, subject, index) => {
	const forms = subject.looksAgain ? FORMS : { ...FORMS, "by getters of its own that answer once": ONCE };
	let accepted = 0;
	const property = fc.asyncProperty(subject.options, async (options) => {
		const plain = await outcome(subject, options);
		if (plain.error === undefined) accepted += 1;
		for (const [name, form] of Object.entries(forms)) {
			const other = await outcome(subject, inForm(form, subject, options));
			const found = disagreement(subject, plain, other);
			expect(found, `an object ${name}`).toBeUndefined();
		}
		if (subject.asksLater) return;
		const object = inForm(rewritable, subject, options) as Record<string, unknown>;
		const found = disagreement(subject, plain, await outcome(subject, object, () => rewrite(object)));
		expect(found, "an object that is written to later").toBeUndefined();
	});
	await fc.assert(property, { numRuns: RUNS, seed: SEED + index });
	expect(accepted, "plain objects that were taken").toBeGreaterThan(RUNS / 10);
});
