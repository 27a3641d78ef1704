/** All errors. Each has a class, a stable `code` and a one-sentence message that says what happened and how to fix it. */

const BRAND = Symbol.for("aws-scope/error");

/** The codes and class names of the core's errors. Their meanings are in scripts/error-meanings.ts. */
export const ERROR_NAMES = {
	INVALID_OPTION: "InvalidOptionError",
	NO_SCOPE: "NoAwsScopeError",
	LOST_SCOPE: "LostScopeError",
	UNBOUND_SCOPE: "UnboundScopeError",
	ALREADY_BOUND: "ScopeAlreadyBoundError",
	SCOPE_NOT_OPEN: "ScopeNotOpenError",
	STRAYED_CLIENT: "StrayedClientError",
	FOREIGN_IDENTITY: "ForeignIdentityError",
	NO_ACCOUNT_SESSIONS: "NoAccountSessionsError",
	TENANT_NOT_FOUND: "TenantNotFoundError",
	UNKNOWN_SERVICE: "UnknownServiceError",
	MISSING_PACKAGE: "MissingPackageError",
	PACKAGE_LOAD_FAILED: "PackageLoadError",
	NOT_A_CLIENT: "NotAClientError",
	KEY_EXISTS: "KeyExistsError",
	KEY_MISSING: "KeyMissingError",
	NOT_A_KEY: "NotAKeyError",
	BAD_POLICY: "BadPolicyError",
	BAD_SIZE: "BadSizeError",
	ASSUME_ROLE_FAILED: "AssumeRoleError",
	ASSUME_ROLE_DENIED: "AssumeRoleDeniedError",
	CREDENTIALS_UNAVAILABLE: "CredentialsUnavailableError",
	MIN_TTL: "MinTtlError",
	NOT_LOCAL: "NotLocalError",
} as const satisfies Record<string, string>;

type CoreErrorCode = keyof typeof ERROR_NAMES;

/** The codes of `aws-scope/resources`. Their classes and names are there, so that the core stays small. */
export type ResourceErrorCode = "RESOURCE_NOT_LOADED" | "RESOURCE_NOT_FOUND" | "BATCH_FAILED";

/** The stable code of an {@link AwsScopeError}. */
export type AwsScopeErrorCode = CoreErrorCode | ResourceErrorCode;

/** The base class of all errors. `instanceof` works across two copies of the package. */
export class AwsScopeError extends Error {
	/** Set on subclasses only. */
	static readonly code?: AwsScopeErrorCode;

	/** Stable across releases. The message is not. */
	readonly code: AwsScopeErrorCode;

	constructor(code: AwsScopeErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		Object.defineProperty(this, "name", { value: ERROR_NAMES[code as CoreErrorCode], configurable: true });
		Object.defineProperty(this, BRAND, { value: true });
	}

	static override [Symbol.hasInstance](value: unknown): boolean {
		if (typeof value !== "object" || value === null || !(BRAND in value)) return false;
		return this.code === undefined || this.code === (value as { code?: unknown }).code;
	}
}

interface ErrorClass<Code extends AwsScopeErrorCode> {
	new (message: string, options?: ErrorOptions): AwsScopeError & { readonly code: Code };
	readonly code: Code;
}

const errorClass = <Code extends AwsScopeErrorCode>(code: Code): ErrorClass<Code> =>
	class extends AwsScopeError {
		static override readonly code: Code = code;
		declare readonly code: Code;
		constructor(message: string, options?: ErrorOptions) {
			super(code, message, options);
		}
	};

export class InvalidOptionError extends errorClass("INVALID_OPTION") {}
export class NoAwsScopeError extends errorClass("NO_SCOPE") {}
export class LostScopeError extends errorClass("LOST_SCOPE") {}
export class UnboundScopeError extends errorClass("UNBOUND_SCOPE") {}
export class ScopeAlreadyBoundError extends errorClass("ALREADY_BOUND") {}
export class ScopeNotOpenError extends errorClass("SCOPE_NOT_OPEN") {}
export class StrayedClientError extends errorClass("STRAYED_CLIENT") {}
export class ForeignIdentityError extends errorClass("FOREIGN_IDENTITY") {}
export class NoAccountSessionsError extends errorClass("NO_ACCOUNT_SESSIONS") {}
export class TenantNotFoundError extends errorClass("TENANT_NOT_FOUND") {
	/** The response status if nothing catches the error. Express, Fastify, Koa and Middy read this field. */
	readonly statusCode = 403;
}
export class UnknownServiceError extends errorClass("UNKNOWN_SERVICE") {}
export class MissingPackageError extends errorClass("MISSING_PACKAGE") {}
export class PackageLoadError extends errorClass("PACKAGE_LOAD_FAILED") {}
export class NotAClientError extends errorClass("NOT_A_CLIENT") {}
export class KeyExistsError extends errorClass("KEY_EXISTS") {}
export class KeyMissingError extends errorClass("KEY_MISSING") {}
export class NotAKeyError extends errorClass("NOT_A_KEY") {}
export class BadPolicyError extends errorClass("BAD_POLICY") {}
export class BadSizeError extends errorClass("BAD_SIZE") {}
export class AssumeRoleError extends errorClass("ASSUME_ROLE_FAILED") {}
export class AssumeRoleDeniedError extends errorClass("ASSUME_ROLE_DENIED") {}
export class CredentialsUnavailableError extends errorClass("CREDENTIALS_UNAVAILABLE") {}
export class MinTtlError extends errorClass("MIN_TTL") {}
export class NotLocalError extends errorClass("NOT_LOCAL") {}
