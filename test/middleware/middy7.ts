/** middy 7, without its types; `test/fixtures/node22/middy7.test-d.ts` checks those. */

import { fixture } from "../helpers/fixture.js";

fixture("node22");
export const { middy7, executionModeStandard, executionModeStreamifyResponse } = await import(
	"../fixtures/node22/middy7.js" as string
);
