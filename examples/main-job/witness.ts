/** A witness at the server. It records who signed each request, and which tenant the request was meant for. */

import type { LocalRequest } from "aws-scope/testing";
import { type Tenant, tenants } from "./tenants.js";

/** What the server saw of the requests meant for one tenant. */
export interface Seen {
	requests: number;
	/** Requests signed with an account, role or tenant tag that is not this tenant's. */
	wrong: number;
	/** The accounts that signed the requests, and so answered them. */
	readonly accounts: Set<string>;
}

export class Witness {
	#seen = new Map<string, Seen>();

	/** The key of an order names the tenant that it is meant for. The signature shows whose request it really is. */
	look({ identity, body }: LocalRequest): void {
		const { Item, Key = Item } = JSON.parse(Buffer.from(body).toString()) as { Item?: OrderKey; Key?: OrderKey };
		const tenant = tenants.find(({ name }) => name === Key?.tenant?.S);
		if (tenant === undefined) return;
		const seen = this.#seen.get(tenant.name) ?? { requests: 0, wrong: 0, accounts: new Set() };
		this.#seen.set(tenant.name, seen);
		seen.requests += 1;
		seen.accounts.add(identity.accountId);
		if (identity.roleArn !== roleArn(tenant) || identity.tags["tenant"] !== tenant.name) seen.wrong += 1;
	}

	/** What was seen since the last report, by tenant. */
	report(): ReadonlyMap<string, Seen> {
		const seen = this.#seen;
		this.#seen = new Map();
		return seen;
	}
}

interface OrderKey {
	readonly tenant?: { readonly S?: string };
}

const roleArn = ({ account, role }: Tenant): string => `arn:aws:iam::${account}:role/${role}`;
