/** Who may sign: the users of the accounts and the credentials that STS has issued. */

import { randomBytes } from "node:crypto";
import { errors } from "../src/index.js";
import type { LocalIdentity, LocalUser } from "./types.js";

/** A key that may sign, and whose it is. */
export interface Key {
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
	/** The server's clock in milliseconds. */
	readonly expiresAt?: number;
	readonly identity: LocalIdentity;
	/** What `GetCallerIdentity` calls `UserId`. */
	readonly userId: string;
	/** The tags that a chained session inherits, by lower-cased key. */
	readonly transitive: ReadonlyMap<string, readonly [key: string, value: string]>;
	revoked?: "expired" | "invalid";
}

/** What a new session is made from. */
export interface SessionSeed {
	readonly accountId: string;
	readonly arn: string;
	readonly roleArn: string;
	readonly roleId: string;
	readonly sessionName: string;
	readonly sourceIdentity?: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly transitive: Key["transitive"];
	readonly expiresAt: number;
}

/** Past this many issued keys the expired ones are forgotten: they then answer as unknown. */
const SWEEP_AT = 50_000;

/** The keys of one local AWS. */
export class Identities {
	readonly #keys = new Map<string, Key>();
	readonly #users = new Map<string, LocalUser>();
	readonly #ids = new Map<string, string>();
	readonly #clock: () => number;
	#sweepAt = SWEEP_AT;

	constructor(accounts: readonly string[], clock: () => number) {
		this.#clock = clock;
		for (const accountId of accounts) {
			const accessKeyId = uniqueId("AKIA");
			const secretAccessKey = randomBytes(30).toString("base64");
			const arn = `arn:aws:iam::${accountId}:user/local`;
			this.#users.set(accountId, { accountId, arn, accessKeyId, secretAccessKey });
			this.#keys.set(accessKeyId, {
				secretAccessKey,
				identity: Object.freeze({ accountId, arn, accessKeyId, tags: Object.freeze({}) }),
				userId: uniqueId("AIDA"),
				transitive: new Map(),
			});
		}
	}

	find(accessKeyId: string): Key | undefined {
		return this.#keys.get(accessKeyId);
	}

	user(accountId: string): LocalUser {
		const user = this.#users.get(accountId);
		if (!user) {
			const listed = [...this.#users.keys()].join(", ");
			throw new errors.NotLocalError(
				`user(${JSON.stringify(accountId)}) was asked of a local AWS that has only ${listed}; list the account in startLocalAws().`,
			);
		}
		// A copy: the SDK writes into the credentials that it is given.
		return { ...user };
	}

	/** The stable unique id of a role, as `AROA…`. */
	roleId(roleArn: string): string {
		let id = this.#ids.get(roleArn);
		if (id === undefined) {
			id = uniqueId("AROA");
			this.#ids.set(roleArn, id);
		}
		return id;
	}

	/** Issues temporary credentials. */
	issue(seed: SessionSeed): Key & { readonly sessionToken: string; readonly expiresAt: number } {
		if (this.#keys.size >= this.#sweepAt) this.#sweep();
		const { accountId, arn, roleArn, sessionName, sourceIdentity, tags } = seed;
		const accessKeyId = uniqueId("ASIA");
		const key = {
			secretAccessKey: randomBytes(30).toString("base64"),
			sessionToken: `IQoJb3JpZ2luX2Vj${randomBytes(192).toString("base64")}`,
			expiresAt: seed.expiresAt,
			identity: Object.freeze({
				accountId,
				arn,
				accessKeyId,
				roleArn,
				sessionName,
				...(sourceIdentity === undefined ? {} : { sourceIdentity }),
				tags: Object.freeze({ ...tags }),
			}),
			userId: `${seed.roleId}:${sessionName}`,
			transitive: seed.transitive,
		};
		this.#keys.set(accessKeyId, key);
		return key;
	}

	revoke(which: string | ((identity: LocalIdentity) => boolean), as: "expired" | "invalid"): number {
		const one = typeof which === "string" ? this.#keys.get(which) : undefined;
		const chosen =
			typeof which === "string" ? (one ? [one] : []) : [...this.#keys.values()].filter((key) => which(key.identity));
		const fresh = chosen.filter((key) => key.revoked === undefined);
		for (const key of chosen) key.revoked = as;
		return fresh.length;
	}

	#sweep(): void {
		const now = this.#clock();
		for (const [id, key] of this.#keys) {
			if (key.expiresAt !== undefined && key.expiresAt <= now) this.#keys.delete(id);
		}
		// Live keys are never forgotten; wait for as many again before the next look.
		this.#sweepAt = this.#keys.size + SWEEP_AT;
	}
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const uniqueId = (prefix: string): string =>
	prefix + Array.from(randomBytes(16), (byte) => BASE32.charAt(byte & 31)).join("");
