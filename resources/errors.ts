/** The errors of resources. */

import { AwsScopeError, type AwsScopeErrorCode, errors } from "../src/index.js";

/** The codes and class names of the errors. Their meanings are in scripts/error-meanings.ts. */
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

/**
 * Thrown when an attribute or a reference is read before its resource is loaded. Code `RESOURCE_NOT_LOADED`.
 * @example
 * const instance = ec2.Instance("i-0123456789abcdef0");
 * await instance.load(); // without it, reading `state` throws
 * console.log(instance.state?.Name);
 */
export class ResourceNotLoadedError extends ResourceError {
	static override readonly code = "RESOURCE_NOT_LOADED";
	declare readonly code: typeof ResourceNotLoadedError.code;
	constructor(message: string) {
		super(ResourceNotLoadedError.code, message);
	}
}

/**
 * Thrown when AWS responds without the requested resource. Most services throw an error of their own instead. Code
 * `RESOURCE_NOT_FOUND`.
 */
export class ResourceNotFoundError extends ResourceError {
	static override readonly code = "RESOURCE_NOT_FOUND";
	declare readonly code: typeof ResourceNotFoundError.code;
	constructor(message: string) {
		super(ResourceNotFoundError.code, message);
	}
}

/** An entry that AWS failed to process. */
export interface BatchFailure {
	/** AWS's error code, such as `AccessDenied`. */
	readonly code: string | undefined;
	/** AWS's error message. */
	readonly message: string | undefined;
	/** The entry in AWS's response, or the write that DynamoDB didn't process. */
	readonly entry: object;
}

/**
 * Thrown by batch actions and batch writers when AWS processed only a part of the batch. Code `BATCH_FAILED`.
 * @example
 * if (error instanceof BatchError) for (const { entry, code } of error.failures) console.log(entry, code);
 */
export class BatchError extends ResourceError {
	static override readonly code = "BATCH_FAILED";
	declare readonly code: typeof BatchError.code;
	/** Every entry that was not processed. */
	readonly failures: readonly BatchFailure[];
	/** The outputs of all calls, including those without failures. */
	readonly answers: readonly unknown[];
	constructor(message: string, failures: readonly BatchFailure[], answers: readonly unknown[], cause?: unknown) {
		super(BatchError.code, message, cause === undefined ? undefined : { cause });
		this.failures = failures;
		this.answers = answers;
	}
}

/** Throws an `InvalidOptionError` for an invalid argument. */
export function refuse(message: string): never {
	throw new errors.InvalidOptionError(message);
}
