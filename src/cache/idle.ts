/** The search for entries that were not used for a while. There is no timer: a use sets a flag, and the search reads it. */

/** An entry that remembers its uses. @internal */
export interface IdleEntry {
	/** Set on use, cleared by the search. */
	recent: boolean;
	/** The wall-clock time when the search last found it used. */
	seen: number;
}

/** How often per `idleMs` creating an entry may search for idle ones. @internal */
export const SWEEPS = 4;

/** Whether the last search was long enough ago. Takes the absolute difference, because the wall clock may have been set back. @internal */
export const isSweepDue = (swept: number, now: number, idleMs: number, sweeps = SWEEPS): boolean =>
	Math.abs(now - swept) >= idleMs / sweeps;

/** Whether an entry was not used for `idleMs`. It may stay until the second search after its last use. @internal */
export function isIdle(entry: IdleEntry, now: number, idleMs: number): boolean {
	if (entry.recent) entry.seen = now;
	entry.recent = false;
	return now - entry.seen > idleMs;
}
