/** A table of calls that are refused: each by name, in one helpful sentence, before anything is sent. */

import { expect, test } from "vitest";
import { type AwsScopeErrorCode, errors } from "../../src/index.js";
import type { TenantAws } from "./aws.js";
import { failure } from "./pool.js";

/** What is wrong, the refusal's code, what its message says, and the call. */
export type Refusal = readonly [what: string, code: AwsScopeErrorCode, says: RegExp, call: () => unknown];

/** What JavaScript lets callers pass, whatever the types say. */
export const any = (value: unknown): never => value as never;

/** A function that gives nothing. */
export const nothing = (): undefined => undefined;

/** Tests every row against the local AWS, which must hear of none. */
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
