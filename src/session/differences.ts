/** What tells two sessions of one role apart, for errors. */

import { canonical } from "../home/canonical.js";

/** Names what STS is asked differently for, as in "external id, tags"; shows no value. */
export function differences(one: object | undefined, other: object | undefined): string {
	const [mine, theirs] = [one, other] as (Record<string, unknown> | undefined)[];
	if (mine === undefined || theirs === undefined) return UNTOLD;
	const names = Object.keys(mine).filter((name) => canonical(mine[name]) !== canonical(theirs[name]));
	// "RoleSessionName" is "session name".
	const words = names.map((name) =>
		name
			.replace(/^Role|Seconds$/, "")
			.replace(/(?<=.)[A-Z]/g, " $&")
			.toLowerCase(),
	);
	return words.join(", ") || UNTOLD;
}

const UNTOLD = "how it is assumed";
