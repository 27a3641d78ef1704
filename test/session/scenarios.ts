/**
 * What a session does in a situation, as data. Together they cover every idea of the scenarios that AWS's SDKs share
 * (botocore's credential-refresh-tests.json), in our own words; `differs` says where aws-scope answers otherwise, and why.
 */

/** What the source does while a caller asks. */
export type SourceDoes = "answers" | "fails" | "throttles" | "denies" | "answers expired" | "answers the same key";

export type Step =
	| {
			/** A caller asks while the source does that. */
			readonly ask: SourceDoes;
			/** `held`: the first credentials; `new`: any later ones; `error`: it fails. */
			readonly gets: "held" | "new" | "error";
			/** How often the source was contacted because of it. */
			readonly calls: number;
			readonly forceRefresh?: true;
	  }
	| { readonly pass: number }
	| {
			/** AWS rejects a key while the source does that. */
			readonly reject: "current" | "former";
			readonly source: SourceDoes;
			/** Whether the request is to be tried again. */
			readonly again: boolean;
			readonly calls: number;
	  };

export interface Scenario {
	readonly name: string;
	/** Seconds of the first credentials (default 3600) and how many have passed; left out: nothing is held. */
	readonly held?: { readonly lifetime?: number; readonly age: number };
	/** Seconds of all later ones; default 3600. */
	readonly next?: number;
	readonly differs?: string;
	readonly steps: readonly Step[];
}

const FRESH = { age: 600 };
const ADVISORY = { age: 2_500 };
const MANDATORY = { age: 3_570 };
const EXPIRED = { age: 3_601 };
const held = (ask: SourceDoes, calls: number): Step => ({ ask, gets: "held", calls });
const fresh = (calls: number): Step => ({ ask: "answers", gets: "new", calls });

export const SCENARIOS: readonly Scenario[] = [
	{ name: "fresh credentials are served without a call", held: FRESH, steps: [held("answers", 0)] },
	{
		name: "in the advisory window the held ones are served, and the next caller has new ones",
		held: ADVISORY,
		differs: "The shared rules let the caller wait for the new ones.",
		steps: [held("answers", 1), fresh(0)],
	},
	{
		name: "a failure in the advisory window is nobody's failure, and asks for patience",
		held: ADVISORY,
		steps: [held("fails", 1), held("answers", 0), { pass: 2 }, held("answers", 1), fresh(0)],
	},
	{ name: "in the mandatory window callers wait for the new ones", held: MANDATORY, steps: [fresh(1)] },
	{
		name: "a failure in the mandatory window is nobody's failure",
		held: MANDATORY,
		steps: [held("fails", 1), held("answers", 0), { pass: 2 }, fresh(1)],
	},
	{ name: "expired ones are replaced before anybody gets any", held: EXPIRED, steps: [fresh(1)] },
	{
		name: "expired ones are never served, also when the source fails",
		held: EXPIRED,
		differs: "The shared rules serve expired credentials; no service takes them, and sending them hides the cause.",
		steps: [{ ask: "fails", gets: "error", calls: 3 }],
	},
	{
		name: "a first failure is told, and the next attempt after the back-off succeeds",
		differs: "The shared rules ask the source again with every first call.",
		steps: [
			{ ask: "fails", gets: "error", calls: 3 },
			{ ask: "answers", gets: "error", calls: 0 },
			{ pass: 2 },
			fresh(1),
		],
	},
	{
		name: "in the advisory window an answer that has expired is a failure",
		held: ADVISORY,
		steps: [held("answers expired", 1), held("answers", 0), { pass: 2 }, held("answers", 1), fresh(0)],
	},
	{
		name: "in the mandatory window an answer that has expired is a failure",
		held: MANDATORY,
		steps: [held("answers expired", 1), held("answers", 0), { pass: 2 }, fresh(1)],
	},
	{
		name: "credentials of 10 minutes are left alone for 5.8 minutes",
		held: { lifetime: 600, age: 350 },
		steps: [held("answers", 0), { pass: 51 }, held("answers", 1)],
	},
	{
		name: "credentials of 20.5 minutes are left alone for 11.9 minutes",
		held: { lifetime: 1_230, age: 714 },
		differs:
			"The shared rules have steps of 5, 15 and 60 minutes; ours is a third of the lifetime, jittered, at most 60.",
		steps: [held("answers", 0), { pass: 107 }, held("answers", 1)],
	},
	{
		name: "credentials of 6 hours are left alone for 4 hours and 45 minutes",
		held: { lifetime: 21_600, age: 17_095 },
		steps: [held("answers", 0), { pass: 906 }, held("answers", 1)],
	},
	{
		name: "each answer's own lifetime decides its windows",
		held: { lifetime: 21_600, age: 21_000 },
		next: 900,
		steps: [held("answers", 1), fresh(0), { pass: 520 }, fresh(0), { pass: 90 }, fresh(1)],
	},
	{
		name: "an answer that expires before what is held is a failure",
		held: { lifetime: 21_600, age: 18_060 },
		next: 600,
		differs: "The shared rules take it; ours never shorten what a session has.",
		steps: [held("answers", 1), held("answers", 0)],
	},
	{
		name: "a denial in the advisory window is nobody's failure, and is forgotten soon",
		held: ADVISORY,
		differs: "The shared rules raise it at once, though the credentials are valid.",
		steps: [held("denies", 1), { pass: 6 }, held("answers", 1), fresh(0)],
	},
	{
		name: "a denial in the mandatory window is nobody's failure, and is forgotten soon",
		held: MANDATORY,
		differs: "The shared rules raise it at once, though the credentials are valid.",
		steps: [held("denies", 1), { pass: 6 }, fresh(1)],
	},
	{
		name: "a denial is remembered, so that a caller in a loop does not reach the source",
		held: EXPIRED,
		steps: [
			{ ask: "denies", gets: "error", calls: 1 },
			{ ask: "answers", gets: "error", calls: 0 },
			{ ask: "answers", gets: "error", calls: 0 },
		],
	},
	{
		name: "a rejected key is replaced",
		held: FRESH,
		steps: [{ reject: "current", source: "answers", again: true, calls: 1 }, fresh(0)],
	},
	{
		name: "a rejected key stays served when its replacement cannot be had",
		held: FRESH,
		steps: [{ reject: "current", source: "fails", again: false, calls: 3 }, held("answers", 0)],
	},
	{
		name: "a rejection during a back-off reaches the source once",
		held: MANDATORY,
		differs: "The shared rules keep to the back-off; a revoked key would fail every request until it ends.",
		steps: [
			held("fails", 1),
			{ reject: "current", source: "fails", again: false, calls: 3 },
			{ reject: "current", source: "answers", again: false, calls: 0 },
		],
	},
	{
		name: "the rejection of a key that was already replaced changes nothing",
		held: ADVISORY,
		steps: [held("answers", 1), fresh(0), { reject: "former", source: "answers", again: true, calls: 0 }, fresh(0)],
	},
	{
		name: "after a failure the source is left alone until the back-off ends",
		held: EXPIRED,
		steps: [
			{ ask: "fails", gets: "error", calls: 3 },
			{ pass: 0.4 },
			{ ask: "answers", gets: "error", calls: 0 },
			{ pass: 0.7 },
			fresh(1),
		],
	},
	{
		name: "a first denial is told as such, and forgotten soon",
		steps: [{ ask: "denies", gets: "error", calls: 1 }, { pass: 6 }, fresh(1)],
	},
	{
		name: "a throttle asks for more patience than a failure",
		held: ADVISORY,
		steps: [held("throttles", 1), { pass: 2 }, held("answers", 0), { pass: 4 }, held("answers", 1), fresh(0)],
	},
	{
		name: "the same key again is no progress",
		held: ADVISORY,
		steps: [held("answers the same key", 1), held("answers", 0), { pass: 2 }, held("answers", 1), fresh(0)],
	},
	{
		name: "a second rejection within half a minute changes nothing",
		held: FRESH,
		steps: [
			{ reject: "current", source: "answers", again: true, calls: 1 },
			{ pass: 15 },
			{ reject: "current", source: "answers", again: false, calls: 0 },
			{ pass: 16 },
			{ reject: "current", source: "answers", again: true, calls: 1 },
		],
	},
	{
		name: "a key that expired on its way is signed again, with its successor",
		held: { lifetime: 5, age: 6 },
		steps: [{ reject: "current", source: "answers", again: true, calls: 0 }, fresh(1)],
	},
	{
		name: "a key younger than ten seconds is not the one to blame",
		held: { age: 9 },
		steps: [
			{ reject: "current", source: "answers", again: false, calls: 0 },
			{ pass: 1 },
			{ reject: "current", source: "answers", again: true, calls: 1 },
		],
	},
	{
		name: "forceRefresh replaces fresh ones",
		held: FRESH,
		steps: [{ ask: "answers", gets: "new", calls: 1, forceRefresh: true }],
	},
	{
		name: "a forceRefresh that fails says so, and what is held stays",
		held: FRESH,
		steps: [
			{ ask: "fails", gets: "error", calls: 3, forceRefresh: true },
			{ ask: "answers", gets: "error", calls: 0, forceRefresh: true },
			held("answers", 0),
		],
	},
];
