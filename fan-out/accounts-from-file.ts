/** Targets from a file, line by line. */

import type { parse } from "csv-parse";
import { errors } from "../src/index.js";
import { type DataTarget, readDataTarget, refuse } from "./data.js";
import { type Listing, listing } from "./listing.js";

const { open } = process.getBuiltinModule("node:fs/promises");
const { pipeline } = process.getBuiltinModule("node:stream");
const { basename, extname } = process.getBuiltinModule("node:path");

/** A line of the file: its columns or members, and the account under this name. */
export type FileTarget = DataTarget;

/** What `aws organizations list-accounts`, the console's export and `organizationAccounts()` call an account. */
const ACCOUNT_NAMES = ["account", "id", "Id", "Account ID"];

/**
 * Reads targets from a file: `.ndjson` or `.jsonl` with an object on each line, or `.csv` with a header. Each needs an
 * `account` (or `id`, `Id`, `Account ID`), may have a `region`, and keeps everything else. The file is read as the
 * targets are, not at once. CSV needs the npm package `csv-parse`.
 * @example
 * for await (const { account, region } of accountsFromFile("accounts.csv")) console.log(account, region);
 * @throws {InvalidOptionError} code `INVALID_OPTION`, with the file and the line, {@link MissingPackageError} code
 * `MISSING_PACKAGE` without `csv-parse`, and Node's errors, while it is read
 */
export function accountsFromFile(path: string | URL): Listing<FileTarget> {
	const file = typeof path === "string" ? path : path?.pathname;
	const rowsOf = READERS[extname(typeof file === "string" ? file : "").toLowerCase()];
	if (rowsOf === undefined) {
		return refuse("accountsFromFile() takes the path of a .ndjson, .jsonl or .csv file; rename it.");
	}
	return listing(async function* () {
		const name = basename(file);
		for await (const { row, line } of rowsOf(path, name)) yield targetOf(row, `${name}:${line}`);
	});
}

interface Row {
	readonly row: unknown;
	readonly line: number;
}

type Reader = (path: string | URL, name: string) => AsyncIterable<Row>;

async function* lines(path: string | URL, name: string): AsyncGenerator<Row> {
	const file = await open(path);
	try {
		let line = 0;
		for await (const text of file.readLines()) {
			line += 1;
			const json = (line === 1 ? text.replace(/^\uFEFF/, "") : text).trim();
			if (json !== "") yield { row: parseJson(json, `${name}:${line}`), line };
		}
	} finally {
		await file.close();
	}
}

function parseJson(json: string, where: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		// The parser's error would show the line.
		return refuse(`${where} is not JSON; write one object on each line.`);
	}
}

async function* columns(path: string | URL, name: string): AsyncGenerator<Row> {
	const parser = (await loadParser())({ bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
	const file = await open(path);
	// Reading ends early when the parser is destroyed; an error of the file is the parser's.
	pipeline(file.createReadStream(), parser, () => undefined);
	try {
		for await (const { record, info } of parser) yield { row: record, line: info.lines };
	} catch (error) {
		const { code, lines } = error as { code?: string; lines?: number };
		if (!code?.startsWith("CSV_")) throw error;
		refuse(
			`${name}:${lines ?? "?"} is not CSV: ${(error as Error).message}; quote it or give it as many columns as the header.`,
		);
	}
}

/** @throws {MissingPackageError} */
async function loadParser(): Promise<typeof parse> {
	try {
		return (await import("csv-parse")).parse;
	} catch (cause) {
		throw new errors.MissingPackageError(
			"accountsFromFile() needs the package csv-parse for CSV; run npm install csv-parse.",
			{
				cause,
			},
		);
	}
}

const READERS: Readonly<Record<string, Reader>> = { ".ndjson": lines, ".jsonl": lines, ".csv": columns };

function targetOf(row: unknown, where: string): FileTarget {
	if (typeof row !== "object" || row === null || Array.isArray(row)) return readDataTarget(where, row);
	const name = ACCOUNT_NAMES.find((name) => Object.hasOwn(row, name));
	const given = Object.entries(row).filter(([key, value]) => !((key === "region" || key === "role") && value === ""));
	const target = Object.fromEntries(given);
	return readDataTarget(where, name === undefined ? target : { ...target, account: target[name] });
}
