/** Counts what the local AWS saw: requests, refusals, AssumeRole calls and connections. */

import { type Counts, Tally } from "./tally.js";

/** A snapshot of the counts of a local AWS. */
export interface LocalAwsStats {
	/** Every request that was read, verified or not. */
	readonly requests: number;
	/** By signing name. */
	readonly services: Counts;
	/** By `service:action`, as `"sts:AssumeRole"`. */
	readonly actions: Counts;
	/** Verified requests by the caller's account. */
	readonly accounts: Counts;
	/** Verified requests by the caller's ARN. */
	readonly identities: Counts;
	/** Answers that were refusals, by AWS error code. */
	readonly errors: Counts;
	/** Requests whose signature did not match. */
	readonly wrongSignatures: number;
	/** Requests whose connection was cut instead of answered, or whose client left first. */
	readonly dropped: number;
	readonly assumeRole: {
		/** Verified calls, whatever their answer. */
		readonly total: number;
		readonly succeeded: number;
		readonly inFlight: number;
		readonly maxInFlight: number;
		/** By role ARN asked for. */
		readonly byRole: Counts;
		readonly maxInFlightByRole: Counts;
		/** By the caller's ARN. */
		readonly byCaller: Counts;
	};
	readonly connections: {
		/** Opened since the counts began. */
		readonly total: number;
		readonly open: number;
		readonly maxOpen: number;
		/** Connections that have carried requests of a service since the counts began. */
		readonly byService: Counts;
		/** Connections that have carried anything but STS since the counts began. */
		readonly data: number;
	};
}

/** A connection as the counts know it. @internal */
export interface Connection {
	readonly id: number;
	carried: Set<string>;
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

/** The running counts; the server tells it what happens. @internal */
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
		return { id: this.#lastId, carried: new Set(), generation: this.#generation };
	}

	closed(): void {
		this.#open -= 1;
	}

	request(connection: Connection, service: string, action: string): void {
		this.#seen.requests += 1;
		this.#seen.services.add(service);
		this.#seen.actions.add(`${service}:${action}`);
		if (connection.generation !== this.#generation) {
			connection.generation = this.#generation;
			connection.carried = new Set();
		}
		const { carried } = connection;
		if (carried.has(service) || carried.size >= 100) return;
		const carriedData = carried.size > (carried.has("sts") ? 1 : 0);
		carried.add(service);
		this.#seen.carried.add(service);
		if (service !== "sts" && !carriedData) this.#seen.data += 1;
	}

	verified(accountId: string, arn: string): void {
		this.#seen.accounts.add(accountId);
		this.#seen.identities.add(arn);
	}

	/** Counts an AssumeRole call as in flight until the returned function is called. */
	assuming(roleArn: string, caller: string): (succeeded: boolean) => void {
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

	refused(code: string): void {
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
