/**
 * Runs TypeScript sources on every supported Node: `npm run ts -- examples/some-script.ts`.
 *
 * Node 20 can't strip types, and no version of Node maps a `.js` specifier to its `.ts` source, so these hooks do both.
 * Packages, including `aws-scope` itself, resolve through `exports`, as in an application, so `aws-scope` is `dist/`.
 */

import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";

/** Resolves a relative `./x.js` that does not exist to `./x.ts`. */
export function resolve(specifier, context, nextResolve) {
	if (/^\.{0,2}\//.test(specifier) && specifier.endsWith(".js") && context.parentURL?.startsWith("file:")) {
		const source = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
		if (!existsSync(new URL(specifier, context.parentURL)) && existsSync(source)) {
			return { url: source.href, format: "module", shortCircuit: true };
		}
	}
	return nextResolve(specifier, context);
}

/** The transformer imports decorator helpers from a package that is not installed. tslib has the same helpers. */
const HELPER = /^import (\w+) from "@oxc-project\/runtime\/helpers\/(decorate|decorateParam)";$/gm;
const fromTslib = (_, name, helper) =>
	`import { ${helper === "decorate" ? "__decorate" : "__param"} as ${name} } from "tslib";`;

/** Strips the types of a `.ts` file, with a source map for stack traces. */
export function load(url, context, nextLoad) {
	if (!url.startsWith("file:") || !/\.m?ts$/.test(new URL(url).pathname)) return nextLoad(url, context);
	const path = fileURLToPath(url);
	// No tsconfig, which would only matter for JSX. The NestJS examples use decorators.
	const options = { sourcemap: true, tsconfig: false, decorator: { legacy: true } };
	const { code, map, errors } = transformSync(path, readFileSync(path, "utf8"), options);
	if (errors.length > 0) throw new SyntaxError(`${path}: ${errors.map((error) => error.message).join("; ")}`);
	const inline = Buffer.from(JSON.stringify(map)).toString("base64");
	return {
		format: "module",
		shortCircuit: true,
		source: `${code.replace(HELPER, fromTslib)}\n//# sourceMappingURL=data:application/json;base64,${inline}`,
	};
}

// Hooks run in a thread of their own, which loads this file again and must not register them again.
if (nodeModule.registerHooks) nodeModule.registerHooks({ resolve, load });
else if (!new URL(import.meta.url).searchParams.has("hooks")) nodeModule.register(`${import.meta.url}?hooks`);
