/** What every refusal of a law has in common. */

import { type Identity, publish } from "./channels.js";
import { counters } from "./counters.js";

/** Counts and tells a refusal before it is thrown; `by` is the session whose client is refused. */
export function refused<Refusal extends Error & { readonly code: string }>(error: Refusal, by?: Identity): Refusal {
	counters().refusals += 1;
	const { code, message } = error;
	publish("refused", () => ({ session: by?.key, account: by?.account, roleArn: by?.roleArn, code, message }));
	return error;
}
