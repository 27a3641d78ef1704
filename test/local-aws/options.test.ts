import { describe, expect, test } from "vitest";
import { type LocalAwsOptions, startLocalAws } from "../../local-aws/index.js";
import { InvalidOptionError } from "../../src/errors.js";
import { A } from "./support.js";

describe("options are validated before anything is opened", () => {
	test.each<[string, unknown, RegExp]>([
		["nothing", undefined, /undefined/],
		["no accounts", { accounts: [] }, /no accounts/],
		["a number as account", { accounts: [111111111111] }, /111111111111 \(number\); use a string of twelve digits/],
		["eleven digits", { accounts: ["11111111111"] }, /"11111111111"/],
		["an account twice", { accounts: [A, { id: A }] }, /111111111111 twice/],
		["an unknown option", { accounts: [A], acounts: [] }, /startLocalAws\(\) has no option "acounts"/],
		[
			"an unknown option of an account",
			{ accounts: [{ id: A, role: "x" }] },
			/startLocalAws\(\{ accounts \}\) has no option "role"/,
		],
		[
			"an unknown option of a role",
			{ accounts: [{ id: A, roles: [{ name: "x", external: "y" }] }] },
			/has no option "external"/,
		],
		["a bad role name", { accounts: [{ id: A, roles: [{ name: "a b" }] }] }, /"a b"/],
		[
			"a bad trusted account",
			{ accounts: [{ id: A, roles: [{ name: "x", trustedAccounts: ["1"] }] }] },
			/trusts the account "1"/,
		],
		["a bad region", { accounts: [A], region: "here" }, /region "here"/],
		["a bad port", { accounts: [A], port: 70_000 }, /port 70000/],
		["a bad clock", { accounts: [A], clock: 5 }, /clock 5/],
		["a bad handler", { accounts: [A], handlers: { s3: "x" } }, /handler of "s3"/],
		["a bad lifetime", { accounts: [A], credentialLifetime: { minSeconds: 0 } }, /minSeconds 0/],
		["crossed lifetimes", { accounts: [A], credentialLifetime: { minSeconds: 10, maxSeconds: 5 } }, /above maxSeconds/],
	])("%s", async (_what, options, message) => {
		const start = startLocalAws(options as LocalAwsOptions);
		await expect(start).rejects.toThrow(InvalidOptionError);
		await expect(start).rejects.toThrow(message);
	});
});
