/** From an accessor's name to the SDK class it stands for. */

import { UnknownServiceError } from "../errors.js";
import { slot } from "../home/home.js";
import { hasPackage, type LoadedModule, loadPackage } from "../home/load.js";
import type { ClientClass, DocumentClass } from "./args.js";
import { SERVICE_NAMES } from "./services.js";

/** The accessor that is no service of its own: `DynamoDBDocument` around a DynamoDB client. */
export const DOCUMENT_ACCESSOR = "dynamodbDocument";

const packages = new Map<string, string>();

/** Accessor name → package name; built on first use, to keep importing cheap. */
function servicePackages(): ReadonlyMap<string, string> {
	if (packages.size === 0) {
		for (const service of SERVICE_NAMES.split(" ")) {
			const accessor = service.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
			packages.set(accessor, `@aws-sdk/client-${service}`);
		}
	}
	return packages;
}

/** Every accessor name of `clients`. */
export function accessorNames(): string[] {
	return [...servicePackages().keys(), DOCUMENT_ACCESSOR];
}

/** Whether `clients` has an accessor of this name. Loads nothing. */
export function isAccessorName(name: string): boolean {
	return name === DOCUMENT_ACCESSOR || servicePackages().has(name);
}

/**
 * The SDK package of an accessor, `acmPca` → `@aws-sdk/client-acm-pca`. Loads nothing; a name that the table lacks is
 * looked for on disk.
 *
 * @throws {UnknownServiceError} code `UNKNOWN_SERVICE`, with the nearest name
 */
export function packageOfAccessor(accessor: string): string {
	const packageName = servicePackages().get(accessor) ?? newServicePackage(accessor);
	if (packageName !== undefined) return packageName;
	const near = nearestName(accessor, accessorNames());
	throw new UnknownServiceError(
		`clients.${accessor.slice(0, 64)} names no AWS service; ${
			near === undefined
				? "accessors are called like the SDK package in camelCase (client-acm-pca is acmPca), and client(Class) takes any other client."
				: `did you mean clients.${near}?`
		}`,
	);
}

/** AWS adds services faster than this package is released: one that the table lacks is found if it is installed. */
function newServicePackage(accessor: string): string | undefined {
	if (!/^[a-z][A-Za-z0-9]{0,63}$/.test(accessor)) return undefined;
	const packageName = `@aws-sdk/client-${accessor.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
	return hasPackage(packageName) ? packageName : undefined;
}

/** The classes that the application has registered, by accessor; kept by `close()`, because an entry point runs once. */
export const registeredClasses = slot("registered-classes", () => new Map<string, ClientClass | DocumentClass>());

/** What helps in a bundle. */
const register = (accessor: string): string =>
	`call \`registerClients({ ${accessor}: <its client class> })\` at the entry point of this bundle`;

/**
 * The aggregated class of an accessor (`dynamodb` → `DynamoDB`, with `getItem()` and the like), loaded on first use.
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

/** Whether a class is made around a client; by its shape, because a minifier changes its name. */
export const isDocumentClass = (type: ClientClass | DocumentClass): type is DocumentClass =>
	typeof (type as Partial<DocumentClass>).from === "function";

/**
 * `DynamoDBDocument`, loaded on first use.
 *
 * @throws {MissingPackageError} code `MISSING_PACKAGE`
 */
export function loadDocumentClass(): DocumentClass {
	const registered = registeredClasses().get(DOCUMENT_ACCESSOR);
	if (registered !== undefined) return registered as DocumentClass;
	return loadPackage("@aws-sdk/lib-dynamodb", register(DOCUMENT_ACCESSOR))["DynamoDBDocument"] as DocumentClass;
}

/**
 * What `DynamoDBDocument.from()` takes in place of a client: the client's steps, and a copy of its config, because the
 * options are written into it.
 */
export const forDocument = ({ middlewareStack, config }: { middlewareStack?: unknown; config?: object }): object => ({
	middlewareStack,
	config: Object.defineProperties({}, Object.getOwnPropertyDescriptors(config ?? {})),
});

/** Every service package exports `XClient` and the aggregated `X extends XClient`; nothing else has that shape. */
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
		`The package ${packageName} exports no aggregated client class; use client(Class) with a class it does export.`,
	);
}

/** The most similar name, or none when nothing is near enough to be a slip. */
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

/** Case, hyphens and the package's own prefix are the usual slips, and cost nothing. */
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
