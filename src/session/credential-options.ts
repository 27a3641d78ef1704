/** The options of `session.credentials()`. */

/** The options of `session.credentials()`. */
export interface CredentialOptions {
	/** Gets new credentials, even if the current ones are fresh. */
	readonly forceRefresh?: boolean | undefined;
	/** The minimum number of seconds until they expire. A presigned URL expires with its key. */
	readonly minTtl?: number | undefined;
	/** Aborts the wait of this caller only. The shared attempt continues for others. */
	readonly signal?: AbortSignal | undefined;
}
