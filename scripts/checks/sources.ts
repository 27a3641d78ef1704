/** Reads and parses the sources for the checks. */

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { type ParseResult, parseSync } from "rolldown/utils";
import { ROOT } from "../entries.js";

/** One import or re-export of a source file. */
export interface Import {
	/** As written. */
	readonly specifier: string;
	/** The imported source file, relative to the root; undefined for packages and Node's modules. */
	readonly file: string | undefined;
	/** Erased by the compiler, so it doesn't exist at run time. */
	readonly typeOnly: boolean;
}

/** One parsed source file. */
export interface Source {
	/** Relative to the root, with `/`. */
	readonly path: string;
	readonly text: string;
	readonly imports: readonly Import[];
	readonly parsed: ParseResult;
}

/** Every `.ts` file of the package. */
export function readSources(): Source[] {
	return ["src", "middleware", "local-aws", "resources", "fan-out", "worker", "eslint"].flatMap((folder) =>
		readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
			.map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
			.filter((path) => path.endsWith(".ts"))
			.sort()
			.map(readSource),
	);
}

/** Parses a file. Tests of the checks pass the text. */
export function readSource(path: string, text: unknown = undefined): Source {
	const code = typeof text === "string" ? text : readFileSync(ROOT + path, "utf8");
	const parsed = parseSync(path, code);
	if (parsed.errors.length > 0) throw new SyntaxError(`${path}: ${parsed.errors[0]?.message}`);
	return { path, text: code, parsed, imports: importsOf(path, parsed) };
}

/** The line of an offset, for messages. */
export function lineOf(source: Source, offset: number): number {
	return source.text.slice(0, offset).split("\n").length;
}

function importsOf(path: string, { module }: ParseResult): Import[] {
	const found: Import[] = [];
	const add = (specifier: string, typeOnly: boolean) => {
		const relative = specifier.startsWith(".");
		const file = relative ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts") : undefined;
		found.push({ specifier, file, typeOnly });
	};
	for (const { moduleRequest, entries } of module.staticImports) {
		add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType));
	}
	for (const { entries } of module.staticExports) {
		for (const { moduleRequest, isType } of entries) if (moduleRequest) add(moduleRequest.value, isType);
	}
	return found;
}
