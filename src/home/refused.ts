/** Shared by all refusals. */

import { type Identity, publish } from "./channels.js";
import { counters } from "./counters.js";

/** Counts and publishes a refusal, and returns the error to throw. `by` is the session of the refused client. */
export function refused<Refusal extends Error & { readonly code: string }>(error: Refusal, by?: Identity): Refusal {
	counters().refusals += 1;
	const { code, message } = error;
	publish("refused", () => ({ session: by?.key, account: by?.account, roleArn: by?.roleArn, code, message }));
	return error;
}
