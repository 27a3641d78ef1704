/** The declarations as they ship, in an application that checks its libraries and has installed one SDK package only. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { Consumer, tsc } from "./consumer.js";

let application: Consumer;

beforeAll(() => {
	application = new Consumer(["@aws-sdk/client-dynamodb"]);
}, 120_000);
afterAll(() => application.remove());

/** Checks one program against the declarations; `kind` is the module system and its resolution. */
function check(file: string, kind: "nodenext" | "bundler"): string {
	const module = kind === "bundler" ? "esnext" : kind;
	const options = ["--module", module, "--moduleResolution", kind, "--skipLibCheck", "false", "--target", "es2022"];
	return tsc(application.root, ["--noEmit", "--strict", "--types", "node", ...options, file]);
}

const PROGRAM = `import { clients } from "aws-scope";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
export const client: DynamoDB = clients.dynamodb("eu-central-1");
// @ts-expect-error the class is no any
client.noSuchOperation();
`;

it.each([
	["an ES module", "use.mts", "nodenext"],
	["a CommonJS module", "use.cts", "nodenext"],
	["a bundler", "use.ts", "bundler"],
] as const)("hundreds of packages that are not installed are no error for %s", (_, file, kind) => {
	application.write(file, PROGRAM);
	expect(check(file, kind)).toBe("");
});

it("an accessor whose package is not installed names it", () => {
	application.write(
		"missing.mts",
		`import { clients } from "aws-scope";\nclients.s3();\nclients.dynamodbDocument();\n`,
	);
	const printed = check("missing.mts", "nodenext");
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/client-s3">' has no call signatures`);
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/lib-dynamodb">' has no call signatures`);
	expect(printed.match(/error TS/g)).toHaveLength(2);
});
