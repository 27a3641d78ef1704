/** Tests a table of refused calls: each fails with its code and one helpful sentence, before anything is sent. */

import { expect, test } from "vitest";
import { type AwsScopeErrorCode, errors } from "../../src/index.js";
import type { TenantAws } from "./aws.js";
import { failure } from "./pool.js";

/** What is wrong, the error's code, its message, and the call. */
export type Refusal = readonly [what: string, code: AwsScopeErrorCode, says: RegExp, call: () => unknown];

/** Passes a value that the types don't allow, as JavaScript callers can. */
export const any = (value: unknown): never => value as never;

/** A function that returns nothing. */
export const nothing = (): undefined => undefined;

/** Tests every row. The local AWS must receive no request. */
export function testRefusals(rows: readonly Refusal[], aws: () => TenantAws["aws"]): void {
	test.each(rows)("%s is refused before anything is sent", async (_what, code, says, call) => {
		const error = await failure(call);
		expect(error).toMatchObject({ code });
		expect(error).toBeInstanceOf(errors.AwsScopeError);
		expect(error.message).toMatch(says);
		expect(error.message, "one sentence").toMatch(/^\S[^\n]*[.?]$/);
		expect(error.message, "one sentence").not.toMatch(/[a-z)]\. [A-Z]/);
		expect(error.message.length).toBeLessThan(400);
		expect(aws().stats().requests).toBe(0);
	});
}
