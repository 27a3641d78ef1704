/** What the compiler prints of the mistakes that tenants could get lost by. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { scale } from "../helpers/scale.js";
import { tsc } from "./consumer.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "aws-scope-messages-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** The compiler's errors in a program, one each. */
function errorsIn(program: string, exactOptionalPropertyTypes: boolean): string[] {
	writeFileSync(join(directory, "program.mts"), program);
	const paths = { "aws-scope": [`${repository}src/index.ts`], "aws-scope/*": [`${repository}middleware/*.ts`] };
	const typeRoots = [`${repository}node_modules/@types`];
	const compilerOptions = { rootDir: "/", paths, typeRoots, exactOptionalPropertyTypes };
	const config = { extends: `${repository}tsconfig.json`, compilerOptions, include: ["program.mts"] };
	writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
	return tsc(directory, ["-p", "."])
		.split(/^.*error TS/m)
		.slice(1);
}

test.each(scale([false], [true, false]))(
	"an account that a lookup may not have found is what the error ends with (exactOptionalPropertyTypes: %s)",
	(exact) => {
		const lines = [
			"runInAwsScope({ account, accounts }, () => 1);",
			"bindAwsScope({ account });",
			"withAwsScope(async (tenant: string) => tenant, (tenant) => ({ account: tenants.get(tenant), accounts }));",
			"withAwsScope(async (tenant: string) => tenant, async (tenant) => ({ account: tenants.get(tenant), accounts }));",
			'express((request) => ({ account: request.get("x-account"), accounts }));',
			"middy(({ event }: MiddyRequest<{ account?: string }>) => ({ account: event.account, accounts }));",
		];
		const program = `import { accountSessions, bindAwsScope, runInAwsScope, withAwsScope } from "aws-scope";
			import { awsScope as express } from "aws-scope/express";
			import { awsScope as middy, type MiddyRequest } from "aws-scope/middy";
			declare const account: string | undefined;
			declare const tenants: Map<string, string>;
			const accounts = accountSessions({ role: "Reader" });
			${lines.join("\n")}`;
		const printed = errorsIn(program, exact);
		expect(printed).toHaveLength(lines.length);
		for (const error of printed) {
			expect(error).toMatch(
				/Types of property 'account' are incompatible\.\n.*\n *Type 'undefined' is not assignable to type 'string'\.\n$/,
			);
			expect(error).not.toContain("bindLater");
		}
	},
);
