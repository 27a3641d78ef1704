/** What was seen of one service. */
export interface Outcome {
	readonly accessor: string;
	readonly packageName: string;
	/** What is not as the catalog says. */
	readonly problem?: string;
	/** Who signed it: `session`, `unsigned`, another scheme, another access key, or `not sent`. */
	readonly signer?: string;
	/** Why the first operation was not sent, or the operation that the session did not sign. */
	readonly refusal?: string;
}
