/** The form in which a service's resources are written down: facts alone, which the interpreter gives life. */

/**
 * Where a value comes from. The first character says which: `'text` is that text, `.path` the loaded data, `$path` the
 * answer of the operation (or one item of it), `>path` the request, `?` the caller; anything else names an identifier.
 */
export type Source = string;

/** The parameters that a resource fills in: where each stands in the request, and where its value comes from. */
export type Fill = Readonly<Record<string, Source>>;

/** The resource, or resources, that an answer stands for. */
export interface Result {
	/** The type of resource. */
	readonly is: string;
	/** Its identifiers, in their order. */
	readonly by: readonly Source[];
	/** The list with one item for each resource; absent where there is one resource. `$` in {@link by} is then the item. */
	readonly each?: Source;
	/** What of the answer, or of the item, is the resource's data; absent where it must be loaded. */
	readonly data?: string;
}

/** An operation of the service, with what the resource fills in. */
export interface Request {
	readonly op: string;
	readonly fill?: Fill;
}

/** A method that calls one operation. */
export interface Action extends Request {
	/** What it gives back in place of the plain answer. */
	readonly gives?: Result;
}

/** A list of resources that one operation, page by page, answers with. */
export interface CollectionDefinition extends Request {
	readonly gives: Result;
}

/** A waiter of the SDK, with what the resource fills in. */
export interface WaiterDefinition {
	readonly until: string;
	readonly fill: Fill;
	/** How long to wait at most, in seconds, unless the caller says so. */
	readonly seconds: number;
}

/** One type of resource, or the service itself. */
export interface ResourceDefinition {
	/** The names of its identifiers. */
	readonly ids?: readonly string[];
	/** Identifiers that are never shown. */
	readonly secret?: readonly string[];
	/** Attributes that are an identifier by another name. */
	readonly alias?: Readonly<Record<string, string>>;
	/** The names of its attributes as AWS writes them, with spaces between; `other=Name` where the name was taken. */
	readonly attributes?: string;
	readonly load?: Request & { readonly data: string };
	readonly actions?: Readonly<Record<string, Action>>;
	/** Methods of a collection of them, each of which calls one operation for a page of resources. */
	readonly batch?: Readonly<Record<string, Request>>;
	/** Resources that its data names. */
	readonly references?: Readonly<Record<string, Result>>;
	/** Resources that its identifiers and the caller name. */
	readonly parts?: Readonly<Record<string, Result>>;
	readonly collections?: Readonly<Record<string, CollectionDefinition>>;
	readonly waiters?: Readonly<Record<string, WaiterDefinition>>;
}

/** How an operation is paged: the tokens of request and answer, the size of a page, and what says that there is more. */
export interface Paging {
	readonly in: string;
	readonly out: string;
	readonly size?: string;
	readonly more?: string;
}

/** A service: itself, its types of resources, and how its operations are paged. */
export interface ServiceDefinition {
	/** Its accessor in `clients`. */
	readonly service: string;
	readonly root: ResourceDefinition;
	readonly resources: Readonly<Record<string, ResourceDefinition>>;
	readonly paging: Readonly<Record<string, Paging>>;
}
