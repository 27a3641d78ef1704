/** The tenants of the example. The AWS identity for each is a role in that tenant's own account. */

import { type AwsSession, assumeRole } from "aws-scope";

export interface Tenant {
	readonly name: string;
	readonly account: string;
	readonly role: string;
	/** The external id that the tenant's role requires. */
	readonly externalId: string;
	readonly plan: string;
}

/** Our own account, which every tenant's role trusts. */
export const PLATFORM = "999999999999";

export const tenants: readonly Tenant[] = [
	{ name: "acme", account: "111111111111", role: "orders-acme", externalId: "acme-7d1f", plan: "gold" },
	{ name: "globex", account: "222222222222", role: "orders-globex", externalId: "globex-40aa", plan: "silver" },
	{ name: "initech", account: "333333333333", role: "orders-initech", externalId: "initech-c3e8", plan: "silver" },
	{ name: "umbrella", account: "444444444444", role: "orders-umbrella", externalId: "umbrella-91b2", plan: "gold" },
	{ name: "hooli", account: "555555555555", role: "orders-hooli", externalId: "hooli-5e60", plan: "free" },
];

export function tenantNamed(name: string): Tenant {
	const tenant = tenants.find((one) => one.name === name);
	if (tenant === undefined) throw new Error(`There is no tenant "${name}".`);
	return tenant;
}

/** Equal options return the same session, so all calls for a tenant share one set of credentials. */
export function sessionOf(name: string): AwsSession {
	const { account, role, externalId, plan } = tenantNamed(name);
	return assumeRole({ account, role, externalId, tags: { tenant: name, plan } });
}
