/**
 * Runs TypeScript sources on every supported Node: `npm run ts -- examples/some-script.ts`.
 *
 * Node 20 cannot strip types and no Node maps a `.js` specifier to its `.ts` source, so these two small hooks do both.
 * Packages, `aws-scope` itself included, resolve as a user's would: through `exports`, that is to `dist/`.
 */

import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";

/** A relative `./x.js` that does not exist as such is its source, `./x.ts`. */
export function resolve(specifier, context, nextResolve) {
	if (/^\.{0,2}\//.test(specifier) && specifier.endsWith(".js") && context.parentURL?.startsWith("file:")) {
		const source = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
		if (!existsSync(new URL(specifier, context.parentURL)) && existsSync(source)) {
			return { url: source.href, format: "module", shortCircuit: true };
		}
	}
	return nextResolve(specifier, context);
}

/** What the transformer imports for decorators, from a package that is not installed; tslib has the same. */
const HELPER = /^import (\w+) from "@oxc-project\/runtime\/helpers\/(decorate|decorateParam)";$/gm;
const fromTslib = (_, name, helper) =>
	`import { ${helper === "decorate" ? "__decorate" : "__param"} as ${name} } from "tslib";`;

/** Erases the types of a `.ts` file, keeping a source map for stack traces. */
export function load(url, context, nextLoad) {
	if (!url.startsWith("file:") || !/\.m?ts$/.test(new URL(url).pathname)) return nextLoad(url, context);
	const path = fileURLToPath(url);
	// No tsconfig: it would only matter for JSX. The decorators are those of the NestJS examples.
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

// Hooks of `register` run in their own thread, which loads this file again and must not register a second time.
if (nodeModule.registerHooks) nodeModule.registerHooks({ resolve, load });
else if (!new URL(import.meta.url).searchParams.has("hooks")) nodeModule.register(`${import.meta.url}?hooks`);
