/** Maps accessor names to SDK classes. */

import { UnknownServiceError } from "../errors.js";
import { slot } from "../home/home.js";
import { hasPackage, type LoadedModule, loadPackage } from "../home/load.js";
import type { ClientClass, DocumentClass } from "./args.js";
import { SERVICE_NAMES } from "./services.js";

/** The accessor for `DynamoDBDocument`, which is not a service but wraps a DynamoDB client. */
export const DOCUMENT_ACCESSOR = "dynamodbDocument";

const packages = new Map<string, string>();

/** Accessor name → package name. Built on first use, which keeps the import of the package fast. */
function servicePackages(): ReadonlyMap<string, string> {
	if (packages.size === 0) {
		for (const service of SERVICE_NAMES.split(" ")) {
			const accessor = service.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
			packages.set(accessor, `@aws-sdk/client-${service}`);
		}
	}
	return packages;
}

/** All accessor names of `clients`. */
export function accessorNames(): string[] {
	return [...servicePackages().keys(), DOCUMENT_ACCESSOR];
}

/** Whether `clients` has an accessor with this name. Loads nothing. */
export function isAccessorName(name: string): boolean {
	return name === DOCUMENT_ACCESSOR || servicePackages().has(name);
}

/**
 * The SDK package of an accessor: `acmPca` → `@aws-sdk/client-acm-pca`. Loads nothing. For a name that is not in the table,
 * looks for an installed package.
 *
 * @throws {UnknownServiceError} code `UNKNOWN_SERVICE`, with the nearest name
 */
export function packageOfAccessor(accessor: string): string {
	const packageName = servicePackages().get(accessor) ?? newServicePackage(accessor);
	if (packageName !== undefined) return packageName;
	const near = nearestName(accessor, accessorNames());
	throw new UnknownServiceError(
		`clients.${accessor.slice(0, 64)} doesn't name an AWS service; ${
			near === undefined
				? "use the name of the SDK package in camelCase (client-acm-pca is acmPca), or client(Class) for any other client."
				: `did you mean clients.${near}?`
		}`,
	);
}

/** A service that AWS added after this release is found if its package is installed. */
function newServicePackage(accessor: string): string | undefined {
	if (!/^[a-z][A-Za-z0-9]{0,63}$/.test(accessor)) return undefined;
	const packageName = `@aws-sdk/client-${accessor.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
	return hasPackage(packageName) ? packageName : undefined;
}

/** The registered classes, by accessor. `close()` keeps them, because an entry point runs only once. */
export const registeredClasses = slot("registered-classes", () => new Map<string, ClientClass | DocumentClass>());

/** How to fix a missing package in a bundle. */
const register = (accessor: string): string =>
	`call \`registerClients({ ${accessor}: <its client class> })\` at the entry point of this bundle`;

/**
 * Loads the aggregated class of an accessor on first use: `dynamodb` → `DynamoDB`, which has `getItem()`.
 *
 * @throws {UnknownServiceError} code `UNKNOWN_SERVICE`
 * @throws {MissingPackageError} code `MISSING_PACKAGE`
 */
export function loadServiceClass(accessor: string): ClientClass {
	const registered = registeredClasses().get(accessor);
	if (registered !== undefined) return registered as ClientClass;
	const packageName = packageOfAccessor(accessor);
	return aggregatedClass(loadPackage(packageName, register(accessor)), packageName);
}

/** Whether a class wraps a client. Checks its shape, because minifiers change names. */
export const isDocumentClass = (type: ClientClass | DocumentClass): type is DocumentClass =>
	typeof (type as Partial<DocumentClass>).from === "function";

/**
 * Loads `DynamoDBDocument` on first use.
 *
 * @throws {MissingPackageError} code `MISSING_PACKAGE`
 */
export function loadDocumentClass(): DocumentClass {
	const registered = registeredClasses().get(DOCUMENT_ACCESSOR);
	if (registered !== undefined) return registered as DocumentClass;
	return loadPackage("@aws-sdk/lib-dynamodb", register(DOCUMENT_ACCESSOR))["DynamoDBDocument"] as DocumentClass;
}

/**
 * The argument for `DynamoDBDocument.from()`: the client's middleware, and a copy of its config, because `from()` writes
 * options to it.
 */
export const forDocument = ({ middlewareStack, config }: { middlewareStack?: unknown; config?: object }) => ({
	middlewareStack,
	config: Object.defineProperties({}, Object.getOwnPropertyDescriptors(config ?? {})),
});

/** Finds the aggregated class. Every service package exports `XClient` and `X extends XClient`, and no others like that. */
export function aggregatedClass(module: LoadedModule, packageName: string): ClientClass {
	for (const name of Object.keys(module)) {
		if (!name.endsWith("Client")) continue;
		const plain = module[name];
		const aggregated = module[name.slice(0, -"Client".length)];
		if (typeof plain === "function" && typeof aggregated === "function" && aggregated.prototype instanceof plain) {
			return aggregated as ClientClass;
		}
	}
	throw new UnknownServiceError(
		`The package ${packageName} exports no aggregated client class; use client(Class) with a class that it does export.`,
	);
}

/** The most similar name, if one is close enough to be a typo. */
function nearestName(wanted: string, names: readonly string[]): string | undefined {
	const plain = plainName(wanted);
	const limit = Math.max(1, Math.floor(plain.length / 4));
	let best: { name: string; distance: number } | undefined;
	for (const name of names) {
		const distance = editDistance(plain, plainName(name));
		if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { name, distance };
	}
	return best?.name;
}

/** Ignores differences in case, hyphens and the package prefix. */
function plainName(name: string): string {
	return name
		.slice(0, 64)
		.replace(/^(@aws-sdk\/)?client-/, "")
		.replace(/[^A-Za-z0-9]/g, "")
		.toLowerCase();
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
