/** What a session may be asked for its credentials. */

/** What a caller may ask of a session's credentials. */
export interface CredentialOptions {
	/** Get new ones now, also when those at hand are fresh. */
	readonly forceRefresh?: boolean | undefined;
	/** They must live at least so many seconds from now on (a presigned URL dies with the key that signed it). */
	readonly minTtl?: number | undefined;
	/** Frees this caller alone; the shared attempt goes on for the others. */
	readonly signal?: AbortSignal | undefined;
}
