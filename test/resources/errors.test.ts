/** The errors of resources belong to the family of the core's errors. */

import { inspect } from "node:util";
import { expect, test } from "vitest";
import { RESOURCE_ERROR_NAMES } from "../../resources/errors.js";
import { BatchError, ResourceNotFoundError, ResourceNotLoadedError, s3 } from "../../resources/index.js";
import { AwsScopeError, type AwsScopeErrorCode, errors } from "../../src/index.js";

const CLASSES = { ResourceNotLoadedError, ResourceNotFoundError, BatchError } as const;
const rows = Object.entries(RESOURCE_ERROR_NAMES).map(([code, name]) => ({ code, name, Class: CLASSES[name] }));

test.each(rows)("$name says its name, code and message, and is told apart from all others", ({ code, name, Class }) => {
	const error: AwsScopeError = new Class("What happened.", [], []);
	expect(error).toMatchObject({ name, code, message: "What happened." });
	expect(Class.code).toBe(code);
	expect(inspect(error)).toContain(name);
	expect(error).toBeInstanceOf(AwsScopeError);
	expect(error).not.toBeInstanceOf(errors.InvalidOptionError);
	expect(rows.filter((row) => error instanceof row.Class).map((row) => row.name)).toEqual([name]);
});

test("a switch by code knows them", () => {
	const bucket = s3.Bucket("b", { region: "eu-central-1", credentials: { accessKeyId: "AKID", secretAccessKey: "s" } });
	const read = (): AwsScopeErrorCode | undefined => {
		try {
			void bucket.creationDate;
		} catch (error) {
			if (error instanceof AwsScopeError) return error.code;
		}
		return undefined;
	};
	switch (read()) {
		case "RESOURCE_NOT_LOADED":
			break;
		default:
			expect.unreachable();
	}
});
