/** Detects requests that AWS rejected because of a wrong local clock. The SDK corrects its time from each response's Date header. */

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

/** AWS tolerates five minutes. The SDK corrects a difference of four or more. */
const TOLERATED = 240_000;

/** The time that a request was signed with, in milliseconds. */
export function signedAt({ headers }: Signed): number | undefined {
	const [, date, hours, minutes, seconds] =
		/^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"] ?? headers["X-Amz-Date"] ?? "") ?? [];
	if (date === undefined) return undefined;
	const day = date.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
	return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
}

/**
 * Whether a wrong time may have caused this error, so that signing again helps. The SDK's own mark (`clockSkewCorrected`)
 * is missing if the clock was set back to the right time.
 */
export function isClockSkew(error: unknown, at: number | undefined): boolean {
	const { name = "", Code = "", $metadata, $response } = (error ?? {}) as Refusal;
	const serverTime = Date.parse($response?.headers?.["date"] ?? "");
	// The response to a HEAD request has no body that names the error.
	const fits = SKEW_ANSWERS.has(name) || SKEW_ANSWERS.has(Code) || $metadata?.httpStatusCode === 403;
	return fits && at !== undefined && Math.abs(serverTime - at) >= TOLERATED;
}
