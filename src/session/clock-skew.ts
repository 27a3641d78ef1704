/** Whether a refusal is the fault of a wrong local clock; the SDK corrects its own from every answer's Date header. */

/** A request as it was signed. */
export interface Signed {
	readonly headers: Readonly<Record<string, string | undefined>>;
}

interface Refusal {
	readonly name?: string;
	readonly Code?: string;
	readonly $metadata?: { readonly httpStatusCode?: number };
	readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

const SKEW_ANSWERS = new Set([
	"AuthFailure",
	"InvalidSignatureException",
	"RequestExpired",
	"RequestInTheFuture",
	"RequestTimeTooSkewed",
	"SignatureDoesNotMatch",
]);

/** AWS tolerates five minutes; the SDK thinks of four as wrong. */
const TOLERATED = 240_000;

/** The time a request was signed with, in milliseconds. */
export function signedAt({ headers }: Signed): number | undefined {
	const [, date, hours, minutes, seconds] =
		/^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"] ?? headers["X-Amz-Date"] ?? "") ?? [];
	if (date === undefined) return undefined;
	const day = date.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
	return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
}

/**
 * The request was signed with another time than the answer's, and the answer is one that a wrong time can cause. Signing
 * again will do. The SDK's own mark (`clockSkewCorrected`) is missing when a clock is stepped back to the right time.
 */
export function isClockSkew(error: unknown, at: number | undefined): boolean {
	const { name = "", Code = "", $metadata, $response } = (error ?? {}) as Refusal;
	const told = Date.parse($response?.headers?.["date"] ?? "");
	// The answer to a HEAD has no body to name the error in.
	const fits = SKEW_ANSWERS.has(name) || SKEW_ANSWERS.has(Code) || $metadata?.httpStatusCode === 403;
	return fits && at !== undefined && Math.abs(told - at) >= TOLERATED;
}
