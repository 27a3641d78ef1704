/** The access keys of a local AWS: one per account's user, and the temporary ones that STS has issued. */

import { randomBytes } from "node:crypto";
import { errors } from "../src/index.js";
import { show } from "./options.js";
import type { LocalIdentity, LocalUser } from "./types.js";

/** An access key and whose it is. */
export interface Key {
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
	/** The server's clock in milliseconds. */
	readonly expiresAt?: number;
	readonly identity: LocalIdentity;
	/** What `GetCallerIdentity` calls `UserId`. */
	readonly userId: string;
	/** The tags that a chained session inherits, by key in lowercase. */
	readonly transitiveTags: ReadonlyMap<string, readonly [key: string, value: string]>;
	revoked?: "expired" | "invalid";
}

/** The role session that {@link Identities.issue} issues credentials for. */
export interface RoleSession {
	readonly accountId: string;
	readonly arn: string;
	readonly roleArn: string;
	readonly sessionName: string;
	readonly sourceIdentity?: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly transitiveTags: Key["transitiveTags"];
	readonly expiresAt: number;
}

/** Beyond this many keys, expired ones are deleted; requests signed with them then fail as unknown. */
const SWEEP_AT = 50_000;

/** The access keys of one local AWS. */
export class Identities {
	readonly #keys = new Map<string, Key>();
	readonly #users = new Map<string, LocalUser>();
	readonly #roleIds = new Map<string, string>();
	readonly #clock: () => number;
	#sweepAt = SWEEP_AT;

	readonly #accounts: readonly string[];

	constructor(accounts: readonly string[], clock: () => number) {
		this.#accounts = accounts;
		this.#clock = clock;
	}

	find(accessKeyId: string): Key | undefined {
		return this.#keys.get(accessKeyId);
	}

	/** The user of that name, created on first use. */
	user(accountId: string, name: string): LocalUser {
		if (!this.#accounts.includes(accountId)) {
			throw new errors.NotLocalError(
				`The local AWS has no account ${show(accountId)}, only ${this.#accounts.join(", ")}; add it to the accounts of startLocalAws().`,
			);
		}
		if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
			throw new errors.InvalidOptionError(`user() got the name ${show(name)}; use an IAM user name such as "alice".`);
		}
		const arn = `arn:aws:iam::${accountId}:user/${name}`;
		const user = this.#users.get(arn) ?? this.#createUser(accountId, arn);
		// A copy, because the SDK modifies the credentials that it is given.
		return { ...user };
	}

	#createUser(accountId: string, arn: string): LocalUser {
		const accessKeyId = uniqueId("AKIA");
		const user = { accountId, arn, accessKeyId, secretAccessKey: randomBytes(30).toString("base64") };
		this.#users.set(arn, user);
		this.#keys.set(accessKeyId, {
			secretAccessKey: user.secretAccessKey,
			identity: Object.freeze({ accountId, arn, accessKeyId, tags: Object.freeze({}) }),
			userId: uniqueId("AIDA"),
			transitiveTags: new Map(),
		});
		return user;
	}

	/** The unique id of a role, `AROA…`. */
	#roleId(roleArn: string): string {
		let id = this.#roleIds.get(roleArn);
		if (id === undefined) {
			id = uniqueId("AROA");
			this.#roleIds.set(roleArn, id);
		}
		return id;
	}

	/** Issues temporary credentials. */
	issue(session: RoleSession): Key & { readonly sessionToken: string; readonly expiresAt: number } {
		if (this.#keys.size >= this.#sweepAt) this.#sweep();
		const { accountId, arn, roleArn, sessionName, sourceIdentity, tags } = session;
		const accessKeyId = uniqueId("ASIA");
		const key = {
			secretAccessKey: randomBytes(30).toString("base64"),
			sessionToken: `IQoJb3JpZ2luX2Vj${randomBytes(192).toString("base64")}`,
			expiresAt: session.expiresAt,
			identity: Object.freeze({
				accountId,
				arn,
				accessKeyId,
				roleArn,
				sessionName,
				...(sourceIdentity === undefined ? {} : { sourceIdentity }),
				tags: Object.freeze({ ...tags }),
			}),
			userId: `${this.#roleId(roleArn)}:${sessionName}`,
			transitiveTags: session.transitiveTags,
		};
		this.#keys.set(accessKeyId, key);
		return key;
	}

	/** Returns how many keys were not revoked before. */
	revoke(which: string | ((identity: LocalIdentity) => boolean), as: "expired" | "invalid"): number {
		let count = 0;
		for (const [id, key] of this.#keys) {
			if (typeof which === "string" ? id !== which : !which(key.identity)) continue;
			if (key.revoked === undefined) count += 1;
			key.revoked = as;
		}
		return count;
	}

	#sweep(): void {
		const now = this.#clock();
		for (const [id, key] of this.#keys) {
			if (key.expiresAt !== undefined && key.expiresAt <= now) this.#keys.delete(id);
		}
		// Valid keys are never deleted; sweep again after as many new ones.
		this.#sweepAt = this.#keys.size + SWEEP_AT;
	}
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const uniqueId = (prefix: string): string =>
	prefix + Array.from(randomBytes(16), (byte) => BASE32.charAt(byte & 31)).join("");
