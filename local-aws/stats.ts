/** Counts requests, errors, AssumeRole calls and connections. */

import { type Counts, Tally } from "./tally.js";
import type { LocalIdentity } from "./types.js";

/** What a local AWS has counted since its start or the last `resetCounts()`. */
export interface LocalAwsStats {
	/** All requests, verified or not. */
	readonly requests: number;
	/** By signing name. */
	readonly services: Counts;
	/** By service and action, such as `"sts:AssumeRole"`. */
	readonly actions: Counts;
	/** Verified requests by the caller's account. */
	readonly accounts: Counts;
	/** Verified requests by the caller's ARN. */
	readonly identities: Counts;
	/** Error responses by AWS error code. */
	readonly errors: Counts;
	/** Requests whose signature did not match. */
	readonly wrongSignatures: number;
	/** Requests without a response: the connection was dropped, or the client left first. */
	readonly dropped: number;
	readonly assumeRole: {
		/** All verified calls, successful or not. */
		readonly total: number;
		readonly succeeded: number;
		readonly inFlight: number;
		readonly maxInFlight: number;
		/** By the ARN of the role. */
		readonly byRole: Counts;
		readonly maxInFlightByRole: Counts;
		/** By the caller's ARN. */
		readonly byCaller: Counts;
	};
	readonly connections: {
		/** Connections opened. */
		readonly total: number;
		readonly open: number;
		readonly maxOpen: number;
		/** Connections by the services whose requests they carried; one may count for several services. */
		readonly byService: Counts;
		/** Connections that carried requests of any service but STS. */
		readonly data: number;
	};
}

/** A connection and the services whose requests it has carried since the last reset. @internal */
export interface Connection {
	readonly id: number;
	readonly carried: Set<string>;
	carriedData: boolean;
	resets: number;
}

/** The counts, in the shape of {@link LocalAwsStats}. */
const zero = (inFlight = 0, open = 0) => ({
	requests: 0,
	services: new Tally(),
	actions: new Tally(),
	accounts: new Tally(),
	identities: new Tally(),
	errors: new Tally(),
	wrongSignatures: 0,
	dropped: 0,
	assumeRole: {
		total: 0,
		succeeded: 0,
		inFlight,
		maxInFlight: inFlight,
		byRole: new Tally(),
		maxInFlightByRole: new Tally(),
		byCaller: new Tally(),
	},
	connections: { total: 0, open, maxOpen: open, byService: new Tally(), data: 0 },
});

/** The counters of one local AWS. @internal */
export class Stats {
	#counts = zero();
	#resets = 0;
	#lastId = 0;
	readonly #inFlightByRole = new Tally();

	opened(): Connection {
		const { connections } = this.#counts;
		connections.total += 1;
		connections.open += 1;
		connections.maxOpen = Math.max(connections.maxOpen, connections.open);
		this.#lastId += 1;
		return { id: this.#lastId, carried: new Set(), carriedData: false, resets: this.#resets };
	}

	closed(): void {
		this.#counts.connections.open -= 1;
	}

	/** @param isData whether the request does more than fetch credentials */
	request(connection: Connection, service: string, action: string, isData: boolean): void {
		const { connections, services, actions } = this.#counts;
		this.#counts.requests += 1;
		services.add(service);
		actions.add(`${service}:${action}`);
		if (connection.resets !== this.#resets) {
			Object.assign(connection, { resets: this.#resets, carriedData: false });
			connection.carried.clear();
		}
		if (isData && !connection.carriedData) {
			connection.carriedData = true;
			connections.data += 1;
		}
		if (connection.carried.has(service) || connection.carried.size >= 100) return;
		connection.carried.add(service);
		connections.byService.add(service);
	}

	verified({ accountId, arn }: LocalIdentity): void {
		this.#counts.accounts.add(accountId);
		this.#counts.identities.add(arn);
	}

	/** Counts an AssumeRole call as in flight until the returned function is called. */
	assumeRoleStarted(roleArn: string, caller: string): (succeeded: boolean) => void {
		const { assumeRole } = this.#counts;
		assumeRole.total += 1;
		assumeRole.byRole.add(roleArn);
		assumeRole.byCaller.add(caller);
		assumeRole.inFlight += 1;
		assumeRole.maxInFlight = Math.max(assumeRole.maxInFlight, assumeRole.inFlight);
		assumeRole.maxInFlightByRole.raise(roleArn, this.#inFlightByRole.add(roleArn));
		return (succeeded) => {
			this.#counts.assumeRole.inFlight -= 1;
			this.#inFlightByRole.drop(roleArn);
			if (succeeded) this.#counts.assumeRole.succeeded += 1;
		};
	}

	error(code: string): void {
		this.#counts.errors.add(code);
	}

	wrongSignature(): void {
		this.#counts.wrongSignatures += 1;
	}

	dropped(): void {
		this.#counts.dropped += 1;
	}

	reset(): void {
		const { assumeRole, connections } = this.#counts;
		this.#resets += 1;
		this.#counts = zero(assumeRole.inFlight, connections.open);
		for (const [role, count] of this.#inFlightByRole.entries()) {
			this.#counts.assumeRole.maxInFlightByRole.raise(role, count);
		}
	}

	snapshot(): LocalAwsStats {
		return plain(this.#counts) as LocalAwsStats;
	}
}

const plain = (value: unknown): unknown => {
	if (typeof value !== "object" || value === null) return value;
	if (value instanceof Tally) return value.snapshot();
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
};
