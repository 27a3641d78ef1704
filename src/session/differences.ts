/** Names the differences between two sessions of one role, for errors. */

import { canonical } from "../home/canonical.js";

/** Names the AssumeRole parameters that differ, such as "external id, tags". Shows no values. */
export function differences(one: object | undefined, other: object | undefined): string {
	const [mine, theirs] = [one, other] as (Record<string, unknown> | undefined)[];
	if (mine === undefined || theirs === undefined) return UNTOLD;
	const names = Object.keys(mine).filter((name) => canonical(mine[name]) !== canonical(theirs[name]));
	// "RoleSessionName" becomes "session name".
	const words = names.map((name) =>
		name
			.replace(/^Role|Seconds$/, "")
			.replace(/(?<=.)[A-Z]/g, " $&")
			.toLowerCase(),
	);
	return words.join(", ") || UNTOLD;
}

const UNTOLD = "how it is assumed";
