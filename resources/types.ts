/** What the generated types are made of. */

import type { Clients, MissingSdkPackage } from "../src/index.js";

/** What the accessor of a service takes: a region, or the SDK's options with an identity. */
export type ServiceArgs<Service extends keyof Clients> = Clients[Service] extends (args?: infer Args) => unknown
	? Args
	: never;

/** `Face`, or what to install. A package that is missing is an `any` of which nothing but its keys can be asked. */
export type Needs<Sdk, Name extends string, Face> = string extends keyof Sdk ? MissingSdkPackage<Name> : Face;

/** What every resource has. */
export interface ResourceBase<Client> {
	/** The SDK's client, of the identity under which this resource was obtained. */
	readonly client: Client;
	/** Whether the other is the same resource: of the same type, with equal identifiers, session and region. */
	equals(other: unknown): boolean;
	/** Its identifiers, those that are secret left out. */
	toJSON(): Record<string, string | number>;
}

/** A member of a shape; older versions of the SDK may not know it, and then leave it out of their answers. */
export type Of<Shape, Name extends PropertyKey> = Name extends keyof Shape ? Shape[Name] : undefined;

/** A resource with attributes. Reading one before they are loaded is refused. */
export interface Readable<Attributes> {
	/** One attribute. */
	get<Name extends keyof Attributes>(name: Name): Promise<Attributes[Name]>;
}

/** A resource whose attributes can be loaded. */
export interface Loadable<Attributes> {
	/** Asks AWS for the attributes. They stay as they are until the next load. */
	load(): Promise<this>;
	/** The same as `load()`. */
	reload(): Promise<this>;
	/** One attribute; loads all of them where they are not loaded, or where an action changed the resource since. */
	get<Name extends keyof Attributes>(name: Name): Promise<Attributes[Name]>;
}

/** A lazy list of resources with its batch actions. */
export type CollectionOf<Item, Filter, Batch = unknown> = Collection<Item, Filter, Batch> & Batch;

/**
 * A lazy list of resources, which asks AWS page by page while it is read.
 * @example
 * for await (const object of bucket.objects.filter({ Prefix: "2026/" }).limit(10)) console.log(object.key);
 */
export interface Collection<Item, Filter, Batch = unknown> extends AsyncIterable<Item> {
	/** The whole list. */
	all(): CollectionOf<Item, Filter, Batch>;
	/** What the operation's own parameters leave of it. */
	filter(input: Filter): CollectionOf<Item, Filter, Batch>;
	/** At most so many. */
	limit(count: number): CollectionOf<Item, Filter, Batch>;
	/** At most so many a request, where the operation has pages. */
	pageSize(count: number): CollectionOf<Item, Filter, Batch>;
	/** Page by page. */
	pages(): AsyncIterableIterator<Item[]>;
	/** All of them at once. */
	toArray(): Promise<Item[]>;
}

/** How to wait: the SDK's own options. A number is the time to wait at most, in seconds. */
export type WaitOptions =
	| number
	| {
			readonly maxWaitTime?: number;
			readonly minDelay?: number;
			readonly maxDelay?: number;
			readonly abortSignal?: AbortSignal;
	  };

/** An input without the members that the resource fills in. */
export type Without<Input, Names extends PropertyKey> = Omit<Input, Names & keyof Input>;

/** An input one of whose members is filled in in part. */
export type WithoutIn<Input, Name extends keyof Input, Names extends PropertyKey> = Omit<Input, Name> & {
	[Key in Name]?: Omit<NonNullable<Input[Key]>, Names>;
};

/** An input in the items of one of whose lists something is filled in. */
export type WithoutEach<Input, Name extends keyof Input, Names extends PropertyKey> = Omit<Input, Name> & {
	[Key in Name]: NonNullable<Input[Key]> extends readonly (infer Item)[] ? Omit<Item, Names>[] : never;
};
