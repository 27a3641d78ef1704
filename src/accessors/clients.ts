/** The public accessors: `clients`, `client()` and `defineClients()`. */

import type { Accessor, ArgsOf, ClientClass, ClientOf, DocumentClass } from "../client/args.js";
import { checkClientClass } from "../client/build.js";
import {
	DOCUMENT_ACCESSOR,
	isAccessorName,
	isDocumentClass,
	loadDocumentClass,
	loadServiceClass,
	packageOfAccessor,
	registeredClasses,
} from "../client/service-class.js";
import type { Clients } from "../client/service-types.js";
import { NotAClientError } from "../errors.js";
import { readRecord } from "../home/options.js";
import { AwsSession, itself } from "../session/session.js";
import { type AnyAccessor, makeAccessor, type Service } from "./resolve.js";

/** Names that JavaScript and its tools look up on any object. They are not services. */
const NOT_SERVICES = new Set([
	"then",
	"toJSON",
	"asymmetricMatch",
	"nodeType",
	"tagName",
	"$$typeof",
	"@@__IMMUTABLE_ITERABLE__@@",
	"href", // util.inspect() treats an object that has one as a URL
]);

/** A service with its class, once it is loaded. */
interface Loaded extends Service {
	type: ClientClass | undefined;
}

const services = new Map<string, Loaded>();

/** Returns the service for an accessor name, created on first use. Throws if there is none. */
function serviceOf(name: string): Service {
	const known = services.get(name);
	if (known !== undefined) return known;
	const document = name === DOCUMENT_ACCESSOR;
	if (!document) packageOfAccessor(name);
	const made: Loaded = {
		call: `clients.${name}()`,
		load() {
			made.type ??= loadServiceClass(document ? "dynamodb" : name);
			return made.type;
		},
		loadDocument: document ? loadDocumentClass : undefined,
		type: undefined,
	};
	services.set(name, made);
	return made;
}

/**
 * Accessors become members on first use, so that importing the package doesn't create hundreds of them and V8 keeps the
 * object in fast mode. Only a name that isn't a member yet reaches the proxy, which is the prototype.
 */
function makeClients(owner?: AwsSession): Clients {
	const made: object = Object.create(
		new Proxy(Object.create(null) as object, {
			get(_target, name) {
				if (typeof name === "symbol" || NOT_SERVICES.has(name)) return undefined;
				if (name in Object.prototype) return Reflect.get(Object.prototype, name) as unknown;
				const accessor = makeAccessor(serviceOf(name), owner);
				Object.defineProperty(made, name, { value: accessor, enumerable: true, configurable: true });
				return accessor;
			},
			has: (_target, name) => typeof name === "string" && isAccessorName(name),
			set: () => false,
		}),
	);
	return made as Clients;
}

/**
 * Accessors for every AWS service, by the SDK package's name in camelCase. A call returns a warm client for the current
 * scope's session, or for the one that the call names. The first call loads the service's SDK package.
 * @example
 * const table = await clients.dynamodb("eu-central-1").describeTable({ TableName: "orders" });
 * const files = clients.s3({ account: "111111111111", maxAttempts: 5 });
 * @throws {LostScopeError} code `LOST_SCOPE`, {@link UnboundScopeError} code `UNBOUND_SCOPE`,
 * {@link UnknownServiceError} code `UNKNOWN_SERVICE`, {@link MissingPackageError} code `MISSING_PACKAGE`,
 * {@link InvalidOptionError} code `INVALID_OPTION`
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/
 */
export const clients: Clients = makeClients();

/** The argument of {@link registerClients}: client classes by accessor name. */
export type ClientClasses = { readonly [Name in keyof Clients]?: ClassOf<Clients[Name]> };

type ClassOf<Member> = Member extends (...args: never) => infer Client
	? (new (...args: never) => Client) | { from(client: never, translateConfig?: never): Client }
	: Member;

/**
 * Registers the client classes that `clients` returns, so that bundlers see their imports. Call it once, at the entry
 * point of a bundle that contains the SDK. Code that uses `clients` doesn't change.
 * @example
 * import { DynamoDB } from "@aws-sdk/client-dynamodb";
 * import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
 * registerClients({ dynamodb: DynamoDB, dynamodbDocument: DynamoDBDocument });
 * @throws {NotAClientError} code `NOT_A_CLIENT`, {@link UnknownServiceError} code `UNKNOWN_SERVICE`
 */
export function registerClients(classes: ClientClasses): void {
	const given = Object.entries(readRecord("registerClients()", classes, "an object of classes"));
	for (const [name, type] of given) {
		const document = name === DOCUMENT_ACCESSOR;
		if (!document) packageOfAccessor(name);
		checkClientClass(`registerClients({ ${name} })`, type);
		if (isDocumentClass(type) !== document) {
			throw new NotAClientError(
				`registerClients({ ${name} }) takes the class that clients.${name}() returns, not ${type.name}.`,
			);
		}
	}
	for (const [name, type] of given) registeredClasses().set(name, type as ClientClass);
	// Those in use may have loaded other classes.
	for (const service of services.values()) service.type = undefined;
}

const byClass = new WeakMap<ClientClass | DocumentClass, AnyAccessor>();

const accessorOf = (call: string, type: ClientClass | DocumentClass): AnyAccessor =>
	makeAccessor(
		isDocumentClass(type)
			? { call, load: () => loadServiceClass("dynamodb"), loadDocument: () => type }
			: { call, load: () => type },
	);

/**
 * Returns a warm client of any SDK client class. Bundlers see the class's import.
 * @example
 * import { DynamoDB } from "@aws-sdk/client-dynamodb";
 * const tables = await client(DynamoDB, "eu-central-1").listTables({});
 * @throws {NotAClientError} code `NOT_A_CLIENT`, and what {@link clients} throws
 */
export function client<Class extends ClientClass | DocumentClass>(
	type: Class,
	args?: string | ArgsOf<Class>,
): ClientOf<Class> {
	let accessor = byClass.get(type);
	if (accessor === undefined) {
		checkClientClass("client()", type);
		accessor = accessorOf(`client(${type.name})`, type);
		byClass.set(type, accessor);
	}
	return accessor(args as string | undefined) as ClientOf<Class>;
}

/**
 * Creates accessors with names of your own, for classes that you import.
 * @example
 * export const { orders, files } = defineClients({ orders: DynamoDB, files: S3 });
 * await orders("eu-central-1").getItem({ TableName, Key });
 * @throws {NotAClientError} code `NOT_A_CLIENT`
 */
export function defineClients<const Classes extends Readonly<Record<string, ClientClass | DocumentClass>>>(
	types: Classes,
): { readonly [Name in keyof Classes]: Accessor<Classes[Name]> } {
	const made: Record<string, AnyAccessor> = {};
	for (const [name, type] of Object.entries(readRecord("defineClients()", types, "an object of classes"))) {
		checkClientClass(`defineClients({ ${name} })`, type);
		made[name] = accessorOf(`${name}()`, type);
	}
	return Object.freeze(made) as { readonly [Name in keyof Classes]: Accessor<Classes[Name]> };
}

const ofSession = new WeakMap<AwsSession, Clients>();

declare module "../session/session.js" {
	interface AwsSession {
		/** Accessors that return this session's clients, in any scope and outside every scope. */
		readonly clients: Clients;
	}
}

Object.defineProperty(AwsSession.prototype, "clients", {
	get(this: AwsSession): Clients {
		return clientsOf(itself(this));
	},
	configurable: true,
});

function clientsOf(session: AwsSession): Clients {
	const known = ofSession.get(session);
	if (known !== undefined) return known;
	const accessors = makeClients(session);
	// A proxy, because Node refuses to send one to another thread.
	const made = new Proxy(Object.create(null) as Clients, {
		get: (_target, name) => Reflect.get(accessors, name) as unknown,
		has: (_target, name) => Reflect.has(accessors, name),
		set: () => false,
	});
	ofSession.set(session, made);
	return made;
}
