/** Targets from files. */

import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, expect, test } from "vitest";
import { accountsFromFile } from "../../fan-out/index.js";
import { failure } from "../helpers/pool.js";

const folder = mkdtempSync(`${tmpdir()}/accounts-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
	const path = `${folder}/${name}`;
	writeFileSync(path, text);
	return path;
}

const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
	const found: Item[] = [];
	for await (const item of items) found.push(item);
	return found;
};

test("CSV with a header: leading zeros stay, empty regions are none, quotes and line ends as in RFC 4180", async () => {
	const text = '\uFEFFaccount, region,note\r\n000000000001,eu-west-1,"a, ""b""\r\nc"\r\n\r\n012345678901,,x\r\n';
	expect(await all(accountsFromFile(file("a.csv", text)))).toEqual([
		{ account: "000000000001", region: "eu-west-1", note: 'a, "b"\r\nc' },
		{ account: "012345678901", note: "x" },
	]);
});

test("NDJSON: an object on each line", async () => {
	const text = '\uFEFF{"account":"000000000001","region":"eu-west-1","n":1}\n\n{"account":"000000000002"}';
	const expected = [{ account: "000000000001", region: "eu-west-1", n: 1 }, { account: "000000000002" }];
	expect(await all(accountsFromFile(file("a.ndjson", text)))).toEqual(expected);
	expect(await all(accountsFromFile(file("a.JSONL", text)))).toEqual(expected);
});

test.each([
	["the console's export", "console.csv", "Account ID,Name\n000000000001,one\n"],
	["the CLI", "cli.ndjson", '{"Id":"000000000001","Name":"one"}'],
	["organizationAccounts()", "own.ndjson", '{"id":"000000000001","name":"one"}'],
])("the account is found where %s puts it", async (_, name, text) => {
	const [target] = await all(accountsFromFile(file(name, text)));
	expect(target?.account).toBe("000000000001");
});

test.each([
	[
		"eleven digits",
		"b.csv",
		"account\n000000000001\n12345678901\n",
		/^b\.csv:3 has the account "12345678901"; an account has 12 digits\.$/,
	],
	[
		"a number in JSON",
		"b.ndjson",
		'{"account":12345678901}',
		/^b\.ndjson:1 has the account 12345678901 as a number, which loses leading zeros/,
	],
	["no account", "c.ndjson", '{"account":"000000000001"}\n{"a":1}', /^c\.ndjson:2 has no account/],
	["no JSON", "d.ndjson", "\n{secret", /^d\.ndjson:2 is not JSON; write one object on each line\.$/],
	["a list", "e.ndjson", "[1]", /^e\.ndjson:1 is not an object/],
	["a region that is none", "f.csv", "account,region\n000000000001,mars\n", /^f\.csv:2 has the region "mars"/],
	["too many columns", "g.csv", "account\n000000000001\n000000000002,x\n", /^g\.csv:3 is not CSV/],
	["an open quote", "h.csv", 'account\n"000000000001\n', /^h\.csv:\d is not CSV/],
	[
		"client options",
		"i.ndjson",
		'{"account":"000000000001","clientDefaults":{"endpoint":"http://x"}}',
		/^i\.ndjson:1 has "clientDefaults", which only code may choose/,
	],
])("%s fails with the file and the line", async (_, name, text, says) => {
	expect(await failure(all(accountsFromFile(file(name, text))))).toMatchObject({
		code: "INVALID_OPTION",
		message: expect.stringMatching(says),
	});
});

test("a file that is missing is Node's own error, and another kind of file is refused at once", async () => {
	expect(await failure(all(accountsFromFile(`${folder}/none.csv`)))).toMatchObject({ code: "ENOENT" });
	expect(await failure(all(accountsFromFile(`${folder}/none.ndjson`)))).toMatchObject({ code: "ENOENT" });
	expect(await failure(() => accountsFromFile("accounts.xlsx"))).toMatchObject({ code: "INVALID_OPTION" });
});

test.each(["csv", "ndjson"])("a large %s file is read as its targets are", async (kind) => {
	const path = `${folder}/large.${kind}`;
	const out = createWriteStream(path);
	if (kind === "csv") out.write("account,note\n");
	const note = "x".repeat(2_000);
	for (let index = 0; index < 10_000; index += 1) {
		const account = String(index).padStart(12, "0");
		out.write(kind === "csv" ? `${account},${note}\n` : `${JSON.stringify({ account, note })}\n`);
	}
	// Only a reader who comes so far meets it.
	out.end(kind === "csv" ? "bad,x\n" : "bad\n");
	await once(out, "close");
	const targets = accountsFromFile(path);
	for await (const { account } of targets) {
		expect(account).toBe("000000000000");
		break;
	}
	const { message } = await failure(all(targets));
	expect(message).toMatch(kind === "csv" ? /^large\.csv:10002 / : /^large\.ndjson:10001 /);
});
