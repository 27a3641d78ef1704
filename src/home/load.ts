/** Finds and loads SDK packages on first use, wherever the application has them: `node_modules`, a layer, Lambda's own. */

// Jest gives each test file a `createRequire` of its own, which process.getBuiltinModule() does not know before Jest 30. As
// a member, because webpack replaces calls of an imported `createRequire` by what it finds when it bundles.
import nodeModule from "node:module";
import { MissingPackageError, PackageLoadError } from "../errors.js";

const { createRequire } = nodeModule;
const { realpathSync } = process.getBuiltinModule("node:fs");
const { dirname, join, parse, resolve, sep } = process.getBuiltinModule("node:path");
const { fileURLToPath } = process.getBuiltinModule("node:url");

/** A loaded CommonJS module. */
export type LoadedModule = Readonly<Record<string, unknown>>;

const loaded = new Map<string, LoadedModule>();

/** A name that only webpack and bundlers like it define; they write the place of the source into `import.meta.url`. */
declare const __webpack_require__: unknown;

/**
 * Loads a package that the application has installed, with `require`, so that its classes are the very ones the
 * application imports. A success is remembered, a failure never is.
 *
 * @param inBundle what else helps in a bundle, whose bundler has not seen this `require`
 * @throws {MissingPackageError} code `MISSING_PACKAGE`, when no place that belongs to the application has it
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
 * Loads a dependency of this package by an `import()` that bundlers see. Node's `import()` does not look in `NODE_PATH`,
 * where Lambda has its layers and its SDK; {@link loadPackage} does.
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

/** Whether `loadPackage` would find the package. Loads nothing. */
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

/** The main file of a package, seen from the first place that has a copy of its own. */
function find(packageName: string, { near, last }: Places): string | undefined {
	// Every lookup ends in NODE_PATH. What only NODE_PATH has (in Lambda: layers, then Lambda's own SDK; under a pnpm
	// script: any copy of the workspace) must not win over a copy that a later place has of its own.
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
		// A package directory whose main file is gone has the same code, but says where it looked.
		const { code, path } = error as NodeJS.ErrnoException;
		if (code === "MODULE_NOT_FOUND" && path === undefined) return undefined;
		throw loadFailure(packageName, path ?? directory, error);
	}
}

/** Where to look: at what belongs to the application, the likeliest first, and at what merely runs it. */
interface Places {
	readonly near: readonly string[];
	readonly last: readonly string[];
}

function searchPlaces(): Places {
	const { LAMBDA_TASK_ROOT: task, LAMBDA_RUNTIME_DIR: runtime = "/var/runtime", _HANDLER: handler = "" } = process.env;
	const cwd = process.cwd();
	const entries = entryPoints();
	const near: string[] = [];

	// In Lambda the entry point is Lambda's runtime; the application is the handler's directory.
	if (task) near.push(resolve(task, dirname(handler)));
	else near.push(...entries.filter((entry) => projectOf(entry) === undefined));

	// An entry point inside node_modules is a test runner or the like, started in the project that installed it, or a
	// program installed elsewhere: there the current directory is a stranger, and no code may come from it.
	const hosted = entries.map(projectOf).filter((project) => project !== undefined);
	if (entries.length === 0 || hosted.some((project) => isInside(cwd, project))) near.push(cwd);

	const own = ownLocation();
	if (own !== undefined) near.push(own);
	return { near: [...new Set(near)], last: task ? [...entries, runtime] : entries };
}

/**
 * The script that Node was started with, as its symlinks resolve (how Node looks from it) and as given (for
 * `--preserve-symlinks-main`). It counts as a directory, because `node .` gives one.
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

/** The project whose `node_modules` holds `path`, if one does. */
function projectOf(path: string): string | undefined {
	const at = path.indexOf(`${sep}node_modules${sep}`);
	return at === -1 ? undefined : path.slice(0, at) || sep;
}

function isInside(path: string, directory: string): boolean {
	return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** Whether a bundler has taken this file out of `dist/<format>/`, two folders below the manifest of this package. */
function isBundled(): boolean {
	const own = ownLocation();
	if (own === undefined || typeof __webpack_require__ === "function") return true;
	try {
		return createRequire(join(own, "noop.js"))("../../package.json").name !== "aws-scope";
	} catch {
		return true;
	}
}

/** Where this file is: as a CommonJS build, or a bundle of one, and as an ES module. */
function ownLocation(): string | undefined {
	try {
		return dirname(typeof __filename === "string" ? __filename : fileURLToPath(import.meta.url));
	} catch {
		return undefined;
	}
}
