/** The building blocks of the generated types. */

import type { Clients, MissingSdkPackage } from "../src/index.js";

/** The argument of a service's accessor: a region, or the SDK's client options with an identity. */
export type ServiceArgs<Service extends keyof Clients> = Clients[Service] extends (args?: infer Args) => unknown
	? Args
	: never;

/** `Accessor`, or the name of the package to install. The type of a missing package is `any`, which only its keys reveal. */
export type Requires<Sdk, Name extends string, Accessor> = string extends keyof Sdk
	? MissingSdkPackage<Name>
	: Accessor;

/** The members of every resource. */
export interface ResourceBase<Client> {
	/** The SDK client, with the identity of this resource. */
	readonly client: Client;
	/** Whether both have the same type, identifiers, session and region. */
	equals(other: unknown): boolean;
	/** Returns the identifiers, except secret ones. */
	toJSON(): Record<string, string | number>;
}

/** The SDK's options of one request, as in the second argument of its clients' methods. */
export interface RequestOptions {
	/** Aborts the request, which then rejects with an `AbortError`. */
	readonly abortSignal?: AbortSignal | undefined;
	/** The timeout of the request in milliseconds. Overrides the client's setting. */
	readonly requestTimeout?: number | undefined;
}

/** The type of a shape's member, or `undefined` if the installed version of the SDK doesn't have it. */
export type Member<Shape, Name extends PropertyKey> = Name extends keyof Shape ? Shape[Name] : undefined;

/** A resource with attributes that can't be loaded. Collections and actions return it with its attributes. */
export interface Readable<Attributes> {
	/** Returns one attribute. */
	get<Name extends keyof Attributes>(name: Name, options?: RequestOptions): Promise<Attributes[Name]>;
}

/** A resource with attributes that can be loaded. Reading one before throws a `ResourceNotLoadedError`. */
export interface Loadable<Attributes> {
	/** Loads the attributes from AWS. They don't change until the next load. */
	load(options?: RequestOptions): Promise<this>;
	/** Same as `load()`. */
	reload(options?: RequestOptions): Promise<this>;
	/** Returns one attribute. Loads all of them first if they aren't loaded, or if an action was called since. */
	get<Name extends keyof Attributes>(name: Name, options?: RequestOptions): Promise<Attributes[Name]>;
}

/** A collection with its batch actions. */
export type CollectionOf<Item, Filter, Batch = unknown> = Collection<Item, Filter, Batch> & Batch;

/**
 * A lazy list of resources. Iterating over it (`for await`, `pages()`, `toArray()` or a batch action) requests it page by page.
 * An iteration runs in the scope in which it was started, even if it continues in another one. Starting one in another tenant's
 * scope throws a `StrayedClientError`.
 * @example
 * for await (const object of s3.Bucket("my-unique-bucket").objects.filter({ Prefix: "2026/" })) console.log(object.key);
 * @throws {StrayedClientError} code `STRAYED_CLIENT`, from the first step of an iteration in another tenant's scope
 * @throws {InvalidOptionError} code `INVALID_OPTION`, if a limit isn't a whole number or a filter replaces a filled-in parameter
 */
export interface Collection<Item, Filter, Batch = unknown> extends AsyncIterable<Item> {
	/** Returns the whole list. */
	all(): CollectionOf<Item, Filter, Batch>;
	/** Passes parameters to the operation. */
	filter(input: Filter): CollectionOf<Item, Filter, Batch>;
	/** Limits the number of resources. */
	limit(count: number): CollectionOf<Item, Filter, Batch>;
	/** Limits the number of resources per request, if the operation paginates. */
	pageSize(count: number): CollectionOf<Item, Filter, Batch>;
	/** Iterates over pages. */
	pages(options?: RequestOptions): AsyncIterableIterator<Item[]>;
	/** Reads all resources into an array. */
	toArray(options?: RequestOptions): Promise<Item[]>;
}

/** The SDK's options of a waiter, or its `maxWaitTime` in seconds. */
export type WaitOptions =
	| number
	| {
			readonly maxWaitTime?: number;
			readonly minDelay?: number;
			readonly maxDelay?: number;
			readonly abortSignal?: AbortSignal;
	  };

/** An input without the parameters that the resource fills in. */
export type Without<Input, Names extends PropertyKey> = Omit<Input, Names & keyof Input>;

/** An input with one parameter that the resource fills in partly. */
export type WithoutIn<Input, Name extends keyof Input, Names extends PropertyKey> = Omit<Input, Name> & {
	[Key in Name]?: Omit<NonNullable<Input[Key]>, Names>;
};

/** An input with one list whose items the resource fills in partly. */
export type WithoutEach<Input, Name extends keyof Input, Names extends PropertyKey> = Omit<Input, Name> & {
	[Key in Name]: NonNullable<Input[Key]> extends readonly (infer Item)[] ? Omit<Item, Names>[] : never;
};
