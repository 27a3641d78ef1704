/** Finds and loads the application's SDK packages on first use: in `node_modules`, a layer or Lambda's runtime. */

// Jest has its own `createRequire` for each test file, which process.getBuiltinModule() doesn't return before Jest 30. Used
// as a member, because webpack evaluates calls of an imported `createRequire` at build time.
import nodeModule from "node:module";
import { MissingPackageError, PackageLoadError } from "../errors.js";

const { createRequire } = nodeModule;
const { realpathSync } = process.getBuiltinModule("node:fs");
const { dirname, join, parse, resolve, sep } = process.getBuiltinModule("node:path");
const { fileURLToPath } = process.getBuiltinModule("node:url");

/** A loaded CommonJS module. */
export type LoadedModule = Readonly<Record<string, unknown>>;

const loaded = new Map<string, LoadedModule>();

/** Defined only by webpack and similar bundlers, which replace `import.meta.url` with the path of the source file. */
declare const __webpack_require__: unknown;

/**
 * Loads a package from the application with `require()`, so that its classes are those that the application imports.
 * Failures are not cached.
 *
 * @param inBundle how to fix it in a bundle, because bundlers don't see this `require()`
 * @throws {MissingPackageError} code `MISSING_PACKAGE`, if the application doesn't have the package
 * @see https://nodejs.org/api/module.html#modulecreaterequirefilename
 */
export function loadPackage(packageName: string, inBundle = "add it to this bundle"): LoadedModule {
	let module = loaded.get(packageName);
	if (module === undefined) {
		module = findAndLoad(packageName, inBundle);
		loaded.set(packageName, module);
	}
	return module;
}

/**
 * Loads a dependency of this package with an `import()` that bundlers see. Node's `import()` ignores `NODE_PATH`, which
 * Lambda uses for layers and its SDK, so the fallback is {@link loadPackage}.
 */
export async function importPackage<Module extends object>(
	packageName: string,
	load: () => Promise<Module>,
): Promise<Module> {
	try {
		return await load();
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
		return loadPackage(packageName) as Module;
	}
}

/** Whether `loadPackage` would find the package. Doesn't load it. */
export function hasPackage(packageName: string): boolean {
	return loaded.has(packageName) || find(packageName, searchPlaces()) !== undefined;
}

function findAndLoad(packageName: string, inBundle: string): LoadedModule {
	const places = searchPlaces();
	const file = find(packageName, places);
	if (file === undefined) {
		const remedy = `${isBundled() ? `${inBundle}, or ` : ""}run \`npm install ${packageName}\``;
		throw new MissingPackageError(
			`The package ${packageName} is needed but not installed: ${remedy} (looked from ${[...new Set([...places.near, ...places.last])].join(", ")}).`,
		);
	}
	try {
		return createRequire(file)(file) as LoadedModule;
	} catch (cause) {
		throw loadFailure(packageName, file, cause);
	}
}

function loadFailure(packageName: string, file: string, cause: unknown): Error {
	const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
	return new PackageLoadError(`The package ${packageName} is installed (${file}) but failed to load: ${reason}`, {
		cause,
	});
}

/** The main file of a package, from the first place that has its own copy. */
function find(packageName: string, { near, last }: Places): string | undefined {
	// Every lookup falls back to NODE_PATH (in Lambda: layers, then Lambda's SDK; in a pnpm script: any copy in the
	// workspace). A copy that a later place has itself must take precedence over that.
	const shared = tryResolve(packageName, parse(process.cwd()).root);
	for (const place of near) {
		const file = tryResolve(packageName, place);
		if (file !== undefined && file !== shared) return file;
	}
	if (shared !== undefined) return shared;
	for (const place of last) {
		const file = tryResolve(packageName, place);
		if (file !== undefined) return file;
	}
	return undefined;
}

function tryResolve(packageName: string, directory: string): string | undefined {
	try {
		return createRequire(join(directory, "noop.js")).resolve(packageName);
	} catch (error) {
		// A package whose main file is missing has the same code, but also a path.
		const { code, path } = error as NodeJS.ErrnoException;
		if (code === "MODULE_NOT_FOUND" && path === undefined) return undefined;
		throw loadFailure(packageName, path ?? directory, error);
	}
}

/** Where to look: first in the application, most likely places first, and last in what runs it. */
interface Places {
	readonly near: readonly string[];
	readonly last: readonly string[];
}

function searchPlaces(): Places {
	const { LAMBDA_TASK_ROOT: task, LAMBDA_RUNTIME_DIR: runtime = "/var/runtime", _HANDLER: handler = "" } = process.env;
	const cwd = process.cwd();
	const entries = entryPoints();
	const near: string[] = [];

	// In Lambda, the entry point is Lambda's runtime, and the application is in the handler's directory.
	if (task) near.push(resolve(task, dirname(handler)));
	else near.push(...entries.filter((entry) => projectOf(entry) === undefined));

	// An entry point in node_modules is a test runner or similar. The current directory counts only if it is inside the project
	// that installed it. Otherwise it is unrelated, and no code may be loaded from it.
	const hosted = entries.map(projectOf).filter((project) => project !== undefined);
	if (entries.length === 0 || hosted.some((project) => isInside(cwd, project))) near.push(cwd);

	const own = ownLocation();
	if (own !== undefined) near.push(own);
	return { near: [...new Set(near)], last: task ? [...entries, runtime] : entries };
}

/**
 * The script that Node was started with: with symlinks resolved, as Node does, and as given (for
 * `--preserve-symlinks-main`). It is treated as a directory, because `node .` passes one.
 */
function entryPoints(): string[] {
	const given = process.argv[1];
	if (given === undefined || given === "-") return [];
	try {
		return [...new Set([realpathSync(given), resolve(given)])];
	} catch {
		return [resolve(given)];
	}
}

/** The project whose `node_modules` contains `path`, if any. */
function projectOf(path: string): string | undefined {
	const at = path.indexOf(`${sep}node_modules${sep}`);
	return at === -1 ? undefined : path.slice(0, at) || sep;
}

function isInside(path: string, directory: string): boolean {
	return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** Whether this file is in a bundle, and not in `dist/<format>/`, two folders below this package's manifest. */
function isBundled(): boolean {
	const own = ownLocation();
	if (own === undefined || typeof __webpack_require__ === "function") return true;
	try {
		return createRequire(join(own, "noop.js"))("../../package.json").name !== "aws-scope";
	} catch {
		return true;
	}
}

/** The directory of this file, in a CommonJS build or as an ES module. */
function ownLocation(): string | undefined {
	try {
		return dirname(typeof __filename === "string" ? __filename : fileURLToPath(import.meta.url));
	} catch {
		return undefined;
	}
}
