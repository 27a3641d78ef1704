/** The one family of errors: every refusal has a class, a stable `code` and one sentence that says what to do. */

const BRAND = Symbol.for("aws-scope/error");

/** Every error the library throws: its code, its class name and when it is thrown. Drives classes, docs and tests. */
export const ERROR_TABLE = {
	INVALID_OPTION: ["InvalidOptionError", "An argument is malformed, unknown or contradicts another one."],
	NO_SCOPE: ["NoAwsScopeError", "`currentAwsScope()` was called outside every scope."],
	LOST_SCOPE: ["LostScopeError", "An accessor was called outside every scope in a process that acts for tenants."],
	UNBOUND_SCOPE: ["UnboundScopeError", "An accessor was called in a `bindLater` scope before `bindAwsScope()`."],
	ALREADY_BOUND: ["ScopeAlreadyBoundError", "`bindAwsScope()` was called for a scope that has its identity."],
	SCOPE_NOT_OPEN: [
		"ScopeNotOpenError",
		"`bindAwsScope()` or a binding middleware ran where no scope was opened for it.",
	],
	STRAYED_CLIENT: ["StrayedClientError", "A client obtained in one scope was used in a scope of another session."],
	FOREIGN_IDENTITY: ["ForeignIdentityError", "A client was about to sign with credentials other than its session's."],
	NO_ACCOUNT_SESSIONS: ["NoAccountSessionsError", "`account` was named where nothing says which role to assume in it."],
	TENANT_NOT_FOUND: ["TenantNotFoundError", "An event named no tenant, more than one, or one whose id is malformed."],
	UNKNOWN_SERVICE: ["UnknownServiceError", "`clients.<name>` names no AWS service."],
	MISSING_PACKAGE: ["MissingPackageError", "An optional package that the call needs is not installed."],
	PACKAGE_LOAD_FAILED: ["PackageLoadError", "An optional package is installed, but failed to load."],
	NOT_A_CLIENT: ["NotAClientError", "Something that is not an AWS SDK client class was given as one."],
	KEY_EXISTS: ["KeyExistsError", "`ClientCache.set()` was called for a key that the cache holds."],
	KEY_MISSING: ["KeyMissingError", "`ClientCache.pop()` was called for a key that the cache does not hold."],
	NOT_A_KEY: ["NotAKeyError", "Something that `clientKey()` did not make was given as a key."],
	BAD_POLICY: ["BadPolicyError", "A cache was asked for a policy that it does not know."],
	BAD_SIZE: ["BadSizeError", "A cache was asked for a size that is not a whole number from 1 on."],
	ASSUME_ROLE_FAILED: ["AssumeRoleError", "STS could not be reached, throttled the call or gave a bad answer."],
	ASSUME_ROLE_DENIED: ["AssumeRoleDeniedError", "STS refused to let the role be assumed."],
	CREDENTIALS_UNAVAILABLE: ["CredentialsUnavailableError", "A session's source gave no usable credentials."],
	MIN_TTL: ["MinTtlError", "Credentials that live as long as `minTtl` asks cannot be had from this session."],
	NOT_LOCAL: ["NotLocalError", "The local AWS was asked for something that it does not have or do."],
} as const satisfies Record<string, readonly [name: string, meaning: string]>;

/** The stable code of an {@link AwsScopeError}. */
export type AwsScopeErrorCode = keyof typeof ERROR_TABLE;

/** The base class of every error of this library. `instanceof` also holds across two copies of the package. */
export class AwsScopeError extends Error {
	/** Set on each subclass; the base class has none. */
	static readonly code?: AwsScopeErrorCode;

	/** Stable across releases, unlike the message. */
	readonly code: AwsScopeErrorCode;

	constructor(code: AwsScopeErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		Object.defineProperty(this, "name", { value: ERROR_TABLE[code][0], configurable: true });
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
export class TenantNotFoundError extends errorClass("TENANT_NOT_FOUND") {}
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
