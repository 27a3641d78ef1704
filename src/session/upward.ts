/** What a session offers but does not know how to do: handed in from above, so that imports only point down. */

import type { Clients } from "../client/service-types.js";
import type { AwsSession, CallerIdentity } from "./session.js";

/** The layers above, as a session sees them. */
export interface Upward {
	run<Result>(session: AwsSession, fn: () => Result): Result;
	clients(session: AwsSession): Clients;
	whoami(session: AwsSession): Promise<CallerIdentity>;
}

const holder: { current?: Upward } = {};

/** Joins the layers; called once, when the package is loaded. */
export function setUpward(above: Upward): void {
	holder.current = above;
}

/** The layers above. */
export const upward = (): Upward => holder.current as Upward;
