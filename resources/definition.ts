/** The format of a service's definition: plain data that the interpreter turns into classes. */

/**
 * Where a value comes from. The first character selects the source: `'text` is a constant, `.path` reads the resource's loaded
 * data, `$path` the operation's output (or one item of it), `>path` the request, and `?` is an argument of the caller.
 * Anything else is the name of an identifier.
 */
export type Source = string;

/** The parameters that a resource fills in: their paths in the request, and where each value comes from. */
export type Params = Readonly<Record<string, Source>>;

/** The resource, or the resources, that an operation returns. */
export interface Result {
	/** The resource type. */
	readonly type: string;
	/** The values of its identifiers, in order. */
	readonly identifiers: readonly Source[];
	/** The path of the list that has one item per resource. Without it, the result is one resource. In {@link identifiers}, `$` then reads the item. */
	readonly items?: Source;
	/** The path of the resource's data in the output or in the item. Without it, the resource must be loaded. */
	readonly data?: string;
}

/** A result that is a list. */
export interface ListResult extends Result {
	readonly items: Source;
}

/** An operation of the service, and the parameters that the resource fills in. */
export interface Request {
	readonly operation: string;
	readonly params?: Params;
}

/** A request for several resources. */
export interface BatchRequest extends Request {
	/** The maximum number of resources per call, if a page of the collection may have more. */
	readonly max?: number;
}

/** A method that calls one operation. */
export interface Action extends Request {
	/** The resources to return instead of the output. */
	readonly returns?: Result;
}

/** A paginated list of resources. */
export interface CollectionDefinition extends Request {
	readonly returns: ListResult;
}

/** A waiter of the SDK, and the parameters that the resource fills in. */
export interface WaiterDefinition {
	readonly waiter: string;
	readonly params: Params;
	/** The default of the SDK's `maxWaitTime`, in seconds. */
	readonly maxWaitTime: number;
}

/** One resource type, or the service itself. */
export interface ResourceDefinition {
	/** The names of its identifiers. */
	readonly identifiers?: readonly string[];
	/** Identifiers that are never printed or serialized. */
	readonly secret?: readonly string[];
	/** Attributes that are other names of identifiers. */
	readonly aliases?: Readonly<Record<string, string>>;
	/** AWS's names of its attributes, separated by spaces; `name=Member` if the attribute has another name. */
	readonly attributes?: string;
	readonly load?: Request & { readonly data: string };
	readonly actions?: Readonly<Record<string, Action>>;
	/** Methods of a collection that call one operation per page. */
	readonly batch?: Readonly<Record<string, BatchRequest>>;
	/** Resources that its data identifies. */
	readonly references?: Readonly<Record<string, Result>>;
	/** Resources that its identifiers and the caller's arguments identify. */
	readonly subresources?: Readonly<Record<string, Result>>;
	readonly collections?: Readonly<Record<string, CollectionDefinition>>;
	readonly waiters?: Readonly<Record<string, WaiterDefinition>>;
}

/** How an operation paginates: its input and output tokens, its page size, and the member that is true if there are more pages. */
export interface Paging {
	readonly in: string;
	readonly out: string;
	readonly size?: string;
	readonly more?: string;
}

/** A service: the service resource, its resource types, and how its operations paginate. */
export interface ServiceDefinition {
	/** The name of its accessor in `clients`. */
	readonly service: string;
	readonly root: ResourceDefinition;
	readonly resources: Readonly<Record<string, ResourceDefinition>>;
	readonly paging: Readonly<Record<string, Paging>>;
}
