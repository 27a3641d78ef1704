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

/** A connection and what it has carried. @internal */
export interface Connection {
	readonly id: number;
	carried: Set<string>;
	carriedData: boolean;
	/** The reset that `carried` is counted from. */
	generation: number;
}

const fresh = () => ({
	requests: 0,
	services: new Tally(),
	actions: new Tally(),
	accounts: new Tally(),
	identities: new Tally(),
	errors: new Tally(),
	wrongSignatures: 0,
	dropped: 0,
	assumed: 0,
	succeeded: 0,
	maxInFlight: 0,
	byRole: new Tally(),
	maxByRole: new Tally(),
	byCaller: new Tally(),
	connections: 0,
	maxOpen: 0,
	carried: new Tally(),
	data: 0,
});

/** The counters of one local AWS. @internal */
export class Stats {
	#seen = fresh();
	#generation = 0;
	#lastId = 0;
	#open = 0;
	#inFlight = 0;
	readonly #inFlightByRole = new Tally();

	opened(): Connection {
		this.#open += 1;
		this.#seen.connections += 1;
		this.#seen.maxOpen = Math.max(this.#seen.maxOpen, this.#open);
		this.#lastId += 1;
		return { id: this.#lastId, carried: new Set(), carriedData: false, generation: this.#generation };
	}

	closed(): void {
		this.#open -= 1;
	}

	request(connection: Connection, service: string, action: string, issuesCredentials: boolean): void {
		this.#seen.requests += 1;
		this.#seen.services.add(service);
		this.#seen.actions.add(`${service}:${action}`);
		if (connection.generation !== this.#generation) {
			connection.generation = this.#generation;
			connection.carried = new Set();
			connection.carriedData = false;
		}
		const { carried } = connection;
		if (carried.has(service) || carried.size >= 100) return;
		carried.add(service);
		this.#seen.carried.add(service);
		if (issuesCredentials || connection.carriedData) return;
		connection.carriedData = true;
		this.#seen.data += 1;
	}

	verified({ accountId, arn }: LocalIdentity): void {
		this.#seen.accounts.add(accountId);
		this.#seen.identities.add(arn);
	}

	/** Counts an AssumeRole call as in flight until the returned function is called. */
	assumeRoleStarted(roleArn: string, caller: string): (succeeded: boolean) => void {
		const seen = this.#seen;
		seen.assumed += 1;
		seen.byRole.add(roleArn);
		seen.byCaller.add(caller);
		this.#inFlight += 1;
		seen.maxInFlight = Math.max(seen.maxInFlight, this.#inFlight);
		seen.maxByRole.raise(roleArn, this.#inFlightByRole.add(roleArn));
		return (succeeded) => {
			this.#inFlight -= 1;
			this.#inFlightByRole.drop(roleArn);
			if (succeeded) this.#seen.succeeded += 1;
		};
	}

	error(code: string): void {
		this.#seen.errors.add(code);
	}

	wrongSignature(): void {
		this.#seen.wrongSignatures += 1;
	}

	dropped(): void {
		this.#seen.dropped += 1;
	}

	reset(): void {
		this.#seen = fresh();
		this.#generation += 1;
		this.#seen.maxOpen = this.#open;
		this.#seen.maxInFlight = this.#inFlight;
		for (const [role, count] of this.#inFlightByRole.entries()) this.#seen.maxByRole.raise(role, count);
	}

	snapshot(): LocalAwsStats {
		const seen = this.#seen;
		return {
			requests: seen.requests,
			services: seen.services.snapshot(),
			actions: seen.actions.snapshot(),
			accounts: seen.accounts.snapshot(),
			identities: seen.identities.snapshot(),
			errors: seen.errors.snapshot(),
			wrongSignatures: seen.wrongSignatures,
			dropped: seen.dropped,
			assumeRole: {
				total: seen.assumed,
				succeeded: seen.succeeded,
				inFlight: this.#inFlight,
				maxInFlight: seen.maxInFlight,
				byRole: seen.byRole.snapshot(),
				maxInFlightByRole: seen.maxByRole.snapshot(),
				byCaller: seen.byCaller.snapshot(),
			},
			connections: {
				total: seen.connections,
				open: this.#open,
				maxOpen: seen.maxOpen,
				byService: seen.carried.snapshot(),
				data: seen.data,
			},
		};
	}
}
