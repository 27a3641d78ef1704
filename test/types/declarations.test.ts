/** The declarations as they ship, in an application that checks its libraries and has installed one SDK package only. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { scale } from "../helpers/scale.js";
import { Consumer, tsc } from "./consumer.js";

let application: Consumer;

beforeAll(() => {
	application = new Consumer(["@aws-sdk/client-dynamodb"]);
}, 120_000);
afterAll(() => application.remove());

/** Checks programs against the declarations; `kind` is the module system and its resolution. */
function check(kind: "nodenext" | "bundler", programs: Readonly<Record<string, string>>): string {
	for (const [file, text] of Object.entries(programs)) application.write(file, text);
	const module = kind === "bundler" ? "esnext" : kind;
	const options = ["--module", module, "--moduleResolution", kind, "--skipLibCheck", "false", "--target", "es2022"];
	return tsc(application.root, ["--noEmit", "--strict", "--types", "node", ...options, ...Object.keys(programs)]);
}

const PROGRAM = `import { clients } from "aws-scope";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
export const client: DynamoDB = clients.dynamodb("eu-central-1");
// @ts-expect-error the class is no any
client.noSuchOperation();
`;
const MISSING = `import { clients } from "aws-scope";
clients.s3();
clients.dynamodbDocument();
`;

it("hundreds of packages that are not installed are no error for a module; an accessor that needs one names it", () => {
	const printed = check("nodenext", { "use.mts": PROGRAM, "use.cts": PROGRAM, "missing.mts": MISSING });
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/client-s3">' has no call signatures`);
	expect(printed).toContain(`'MissingSdkPackage<"@aws-sdk/lib-dynamodb">' has no call signatures`);
	expect(printed.match(/^.*error TS/gm)?.map((line) => line.split("(")[0])).toEqual(["missing.mts", "missing.mts"]);
});

const others: readonly "bundler"[] = scale([], ["bundler"]);
it.each(others)("nor for a %s", (kind) => {
	expect(check(kind, { "use.ts": PROGRAM })).toBe("");
});
