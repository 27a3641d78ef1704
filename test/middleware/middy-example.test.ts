/** The example of the docs does what it says. */

import { expect, test } from "vitest";
import { main } from "../../examples/lambda-middy.js";

test("three tenants of the example keep their orders apart", async () => {
	expect(await main()).toEqual({ "111111111111": 1, "222222222222": 2, "333333333333": 3 });
});
