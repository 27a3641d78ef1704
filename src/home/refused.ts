/** What every refusal of a law has in common. */

import { publish } from "./channels.js";
import { counters } from "./counters.js";

/** Counts and tells a refusal before it is thrown. */
export function refused<Refusal extends Error & { readonly code: string }>(error: Refusal): Refusal {
	counters().refusals += 1;
	publish("refused", () => ({ code: error.code, message: error.message }));
	return error;
}
