/** What only resources refuse. */

import { AwsScopeError, type AwsScopeErrorCode, errors } from "../src/index.js";

/** The codes and class names of the errors of resources. Their meanings are in scripts/error-meanings.ts. */
export const RESOURCE_ERROR_NAMES = {
	RESOURCE_NOT_LOADED: "ResourceNotLoadedError",
	RESOURCE_NOT_FOUND: "ResourceNotFoundError",
	BATCH_FAILED: "BatchError",
} as const satisfies Partial<Record<AwsScopeErrorCode, string>>;

type Code = keyof typeof RESOURCE_ERROR_NAMES;

abstract class ResourceError extends AwsScopeError {
	constructor(code: Code, message: string, options?: ErrorOptions) {
		super(code, message, options);
		Object.defineProperty(this, "name", { value: RESOURCE_ERROR_NAMES[code], configurable: true });
	}
}

/** An attribute was read before its resource was loaded; code `RESOURCE_NOT_LOADED`. */
export class ResourceNotLoadedError extends ResourceError {
	static override readonly code = "RESOURCE_NOT_LOADED";
	declare readonly code: typeof ResourceNotLoadedError.code;
	constructor(message: string) {
		super(ResourceNotLoadedError.code, message);
	}
}

/** AWS answered without the resource that was asked for; code `RESOURCE_NOT_FOUND`. */
export class ResourceNotFoundError extends ResourceError {
	static override readonly code = "RESOURCE_NOT_FOUND";
	declare readonly code: typeof ResourceNotFoundError.code;
	constructor(message: string) {
		super(ResourceNotFoundError.code, message);
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
	static override readonly code = "BATCH_FAILED";
	declare readonly code: typeof BatchError.code;
	/** Everything that was not done. */
	readonly failures: readonly BatchFailure[];
	/** The answers of all calls, those without a failure too. */
	readonly answers: readonly unknown[];
	constructor(message: string, failures: readonly BatchFailure[], answers: readonly unknown[], cause?: unknown) {
		super(BatchError.code, message, cause === undefined ? undefined : { cause });
		this.failures = failures;
		this.answers = answers;
	}
}

/** Refuses a malformed argument, before anything is sent. */
export function refuse(message: string): never {
	throw new errors.InvalidOptionError(message);
}
