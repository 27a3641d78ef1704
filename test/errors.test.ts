/** One family of errors: a class, a code and a name for every row of the table. */

import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { readSources } from "../scripts/checks/sources.js";
import { ALL_ERROR_NAMES, ERROR_MEANINGS } from "../scripts/error-meanings.js";
import * as all from "../src/errors.js";

const { AwsScopeError, ERROR_NAMES } = all;
const rows = Object.entries(ERROR_NAMES).map(([code, name]) => ({ code, name }));
type AnyErrorClass = new (message: string, options?: ErrorOptions) => all.AwsScopeError;
const classOf = (name: string): AnyErrorClass =>
	(all as unknown as Record<string, AnyErrorClass>)[name] as AnyErrorClass;

test("each class has instances that say their name, code, message and cause", () => {
	for (const { code, name } of rows) {
		const Class = classOf(name);
		const cause = new Error("below");
		const error = new Class("What happened.", { cause });
		expect(error).toMatchObject({ name, code, message: "What happened.", cause });
		expect(error).toBeInstanceOf(Error);
		expect(error).toBeInstanceOf(AwsScopeError);
		expect((Class as unknown as { code: string }).code).toBe(code);
		expect(String(error)).toBe(`${name}: What happened.`);
		expect(inspect(error)).toContain(name);
	}
});

test("each class is told apart from every other class", () => {
	for (const { code, name } of rows) {
		const error = new (classOf(name))("");
		expect(rows.filter((row) => error instanceof classOf(row.name)).map((row) => row.code)).toEqual([code]);
	}
});

test("each code is explained in one sentence", () => {
	expect(Object.keys(ERROR_MEANINGS).sort()).toEqual(Object.keys(ALL_ERROR_NAMES).sort());
	for (const [code, meaning] of Object.entries(ERROR_MEANINGS)) expect(meaning, code).toMatch(/^[A-Z`].*[^.]\.$/);
});

test("no message advises the process's own identity", () => {
	const sources = readSources();
	expect(sources.length).toBeGreaterThan(50);
	const advice = /\b(give|name|use|say|call|pass)\b[^.;`]*defaultSession\(\)/;
	const found = sources.flatMap(({ path, text }) =>
		Array.from(text.matchAll(/`[^`]*`|"[^"\n]*"/g), ([literal]) => literal)
			.filter((literal) => advice.test(literal))
			.map((literal) => `${path}: ${literal}`),
	);
	expect(found).toEqual([]);
});

test("every exported class is a row of the table", () => {
	const classes = Object.keys(all).filter((key) => key.endsWith("Error") && key !== "AwsScopeError");
	expect(classes.sort()).toEqual(rows.map(({ name }) => name).sort());
});

test("an error is an instance of the same class of another copy of the package, and of no other class", async () => {
	vi.resetModules();
	const copy = await import("../src/errors.js");
	expect(copy.LostScopeError).not.toBe(all.LostScopeError);
	const error = new copy.LostScopeError("Lost.");
	expect(error).toBeInstanceOf(all.LostScopeError);
	expect(error).toBeInstanceOf(all.AwsScopeError);
	expect(error).not.toBeInstanceOf(all.UnboundScopeError);
	expect(new all.LostScopeError("Lost.")).toBeInstanceOf(copy.LostScopeError);
});

test.each([undefined, null, "LOST_SCOPE", 1, {}, { code: "LOST_SCOPE" }, new Error("LOST_SCOPE"), () => undefined])(
	"nothing else is one of these errors: %s",
	(value) => {
		expect(value instanceof AwsScopeError).toBe(false);
		expect(value instanceof all.LostScopeError).toBe(false);
	},
);
