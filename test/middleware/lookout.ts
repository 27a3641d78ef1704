/** Callers who look around after each thing that they did, to see whether they are still in the scope that they were in. */

import { accountSessions, runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import { currentCell } from "../../src/scope/scope.js";
import { tenant } from "../helpers/aws.js";

/** The tenant of the scope that is called, and that of the caller's. */
export const [A, B] = [tenant(0), tenant(1)];
export const accounts = accountSessions({ role: "Tenant" });

type Work = () => Promise<void>;

/** Where a caller may be. */
export const callers: readonly (readonly [where: string, call: (caller: Work) => Promise<void>])[] = [
	["outside every scope", (caller) => caller()],
	["inside another tenant's scope", (caller) => runInAwsScope({ account: B, accounts }, caller)],
];

/** What was seen in one test. */
export interface Lookout {
	/** Where something ended in another scope than it began. */
	readonly leaks: readonly string[];
	/** The accounts in which what was called has run. */
	readonly inside: ReadonlySet<string | undefined>;
	/** Notes the account in which it is called; gives what it is given. */
	enter<Value>(value: Value): Value;
	/** Remembers where a caller is; to be called again by the same caller. */
	from(who: string): (after: string) => void;
}

export function lookout(): Lookout {
	const leaks: string[] = [];
	const inside = new Set<string | undefined>();
	return {
		leaks,
		inside,
		enter(value) {
			inside.add(tryCurrentAwsScope()?.account);
			return value;
		},
		from(who) {
			const before = currentCell();
			const account = tryCurrentAwsScope()?.account;
			return (after) => {
				if (currentCell() === before && tryCurrentAwsScope()?.account === account) return;
				leaks.push(`${who}, ${after}: ${tryCurrentAwsScope()?.account}`);
			};
		},
	};
}
