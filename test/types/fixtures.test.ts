/** The sources in `test/fixtures/` compile against the packages that are installed there. */

import { expect, test } from "vitest";
import { ROOT } from "../../scripts/entries.js";
import { fixture } from "../helpers/fixture.js";
import { tsc } from "./consumer.js";

test("the middleware has the right types in chains of middy 7, and the durable service compiles", () => {
	fixture("node22");
	expect(tsc(`${ROOT}test/fixtures/node22`, ["-p", "."])).toBe("");
});
