/** The roles of the accounts and who may assume them. */

import type { Key } from "../../identities.js";
import type { LocalAccount, LocalRole } from "../../types.js";

/** The parts of a role ARN. */
export interface RoleName {
	readonly roleArn: string;
	readonly partition: string;
	readonly accountId: string;
	/** Without the path, as in the ARNs of its sessions. */
	readonly name: string;
	/** With the path. */
	readonly fullName: string;
}

/** Returns `undefined` for anything but a role ARN. */
export function parseRoleArn(roleArn: string): RoleName | undefined {
	const parts = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/((?:[\x21-\x2e\x30-\x7e]+\/)*([\w+=,.@-]{1,64}))$/.exec(
		roleArn,
	);
	if (!parts) return undefined;
	const [, partition = "", accountId = "", fullName = "", name = ""] = parts;
	return { roleArn, partition, accountId, name, fullName };
}

/** Whether a role may be assumed. */
export type TrustDecision =
	| { readonly allowed: true; readonly maxSessionDuration: number }
	| { readonly allowed: false; readonly reason: "trust" | "mfa" };

/** The parameters of AssumeRole that a trust policy may ask for. */
export interface TrustConditions {
	readonly externalId?: string | undefined;
	readonly serialNumber?: string | undefined;
	readonly tokenCode?: string | undefined;
}

/** The trust policies of a local AWS. */
export class TrustPolicies {
	readonly #accounts: ReadonlyMap<string, ReadonlyMap<string, LocalRole> | undefined>;

	constructor(accounts: readonly LocalAccount[]) {
		this.#accounts = new Map(
			accounts.map(({ id, roles }) => [id, roles && new Map(roles.map((role) => [role.name, role]))]),
		);
	}

	/** Whether `caller` may assume the role. Without a caller (web identity), any role that exists may be assumed. */
	decide(wanted: RoleName, caller: Key | undefined, given: TrustConditions): TrustDecision {
		const denied = { allowed: false, reason: "trust" } as const;
		if (!this.#accounts.has(wanted.accountId)) return denied;
		const roles = this.#accounts.get(wanted.accountId);
		if (roles === undefined) return { allowed: true, maxSessionDuration: 43_200 };
		const role = roles.get(wanted.fullName);
		if (role === undefined) return denied;
		const allowed = { allowed: true, maxSessionDuration: role.maxSessionDuration ?? 3600 } as const;
		if (caller === undefined) return allowed;
		if (!trusts(role, caller)) return denied;
		if (role.externalId !== undefined && role.externalId !== given.externalId) return denied;
		if (role.mfa !== undefined) {
			if (given.serialNumber !== role.mfa.serialNumber || given.tokenCode === undefined) return denied;
			if (role.mfa.code !== undefined && role.mfa.code !== given.tokenCode) return { allowed: false, reason: "mfa" };
		}
		return allowed;
	}
}

const trusts = (role: LocalRole, { identity }: Key): boolean => {
	const { trustedAccounts, trustedPrincipals } = role;
	if (trustedAccounts === undefined && trustedPrincipals === undefined) return true;
	if (trustedAccounts?.includes(identity.accountId)) return true;
	const root = new RegExp(`^arn:aws(-[a-z]+)*:iam::${identity.accountId}:root$`);
	return trustedPrincipals?.some((arn) => arn === identity.arn || arn === identity.roleArn || root.test(arn)) ?? false;
};
