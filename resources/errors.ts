/** What only resources refuse. */

import { AwsScopeError, errors } from "../src/index.js";

/** The base class as one that takes codes of its own. */
const Base = AwsScopeError as unknown as new (
	code: string,
	message: string,
	options?: ErrorOptions,
) => Error & { readonly code: string };

abstract class ResourceError extends Base {
	constructor(code: string, name: string, message: string, options?: ErrorOptions) {
		super(code, message, options);
		Object.defineProperty(this, "name", { value: name, configurable: true });
	}
}

/** An attribute was read before its resource was loaded; code `RESOURCE_NOT_LOADED`. */
export class ResourceNotLoadedError extends ResourceError {
	static readonly code = "RESOURCE_NOT_LOADED";
	constructor(message: string) {
		super(ResourceNotLoadedError.code, "ResourceNotLoadedError", message);
	}
}

/** AWS answered without the resource that was asked for; code `RESOURCE_NOT_FOUND`. */
export class ResourceNotFoundError extends ResourceError {
	static readonly code = "RESOURCE_NOT_FOUND";
	constructor(message: string) {
		super(ResourceNotFoundError.code, "ResourceNotFoundError", message);
	}
}

/** One thing that a batch could not do, in AWS's own words. */
export interface BatchFailure {
	/** AWS's code, such as `AccessDenied`. */
	readonly code: string | undefined;
	/** AWS's message. */
	readonly message: string | undefined;
	/** The entry of AWS's answer. */
	readonly entry: object;
}

/**
 * A batch was done in part; code `BATCH_FAILED`.
 * @example
 * if (error instanceof BatchError) for (const { entry, code } of error.failures) console.log(entry, code);
 */
export class BatchError extends ResourceError {
	static readonly code = "BATCH_FAILED";
	/** Everything that was not done. */
	readonly failures: readonly BatchFailure[];
	/** The answers of all calls, those without a failure too. */
	readonly answers: readonly unknown[];
	constructor(message: string, failures: readonly BatchFailure[], answers: readonly unknown[], cause?: unknown) {
		super(BatchError.code, "BatchError", message, cause === undefined ? undefined : { cause });
		this.failures = failures;
		this.answers = answers;
	}
}

/** Refuses a malformed argument, before anything is sent. */
export function refuse(message: string): never {
	throw new errors.InvalidOptionError(message);
}
