/** Signers for docs/libraries.md. */

import { Signer } from "@aws-sdk/rds-signer";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { currentAwsScope, perSession } from "aws-scope";

interface PoolOptions {
	readonly host: string;
	readonly port: number;
	readonly user: string;
	readonly password: () => Promise<string>;
}

/** Stands for the pool of your driver, such as `pg`'s. It asks for a password with each connection, and keeps connections. */
export class Pool {
	readonly options: PoolOptions;
	readonly #idle: string[] = [];

	constructor(options: PoolOptions) {
		this.options = options;
	}

	/** Asks who the database thinks that the connection belongs to. */
	async whoami(): Promise<string> {
		const connection = this.#idle.pop() ?? (await this.options.password());
		const response = await fetch(`http://${connection}`);
		this.#idle.push(connection);
		return response.text();
	}

	async end(): Promise<void> {
		this.#idle.splice(0);
	}
}

export const databases = (host: string, port: number) => {
	//#region rds
	const pools = perSession(
		() => {
			const { credentials } = currentAwsScope().session;
			const signer = new Signer({ hostname: host, port, username: "app", region: "eu-central-1", credentials });
			return new Pool({ host, port, user: "app", password: () => signer.getAuthToken() });
		},
		{ dispose: (pool) => pool.end() },
	);
	//#endregion
	return pools;
};

//#region signature
const signer = new SignatureV4({
	service: "appsync", // "es" and "aoss" for OpenSearch
	region: "eu-central-1",
	credentials: () => currentAwsScope().session.credentials(),
	sha256: Sha256,
});

export async function query(url: URL, document: string): Promise<Response> {
	const { method, headers, body } = await signer.sign(
		new HttpRequest({
			method: "POST",
			hostname: url.hostname,
			path: url.pathname,
			headers: { host: url.host, "content-type": "application/json" },
			body: JSON.stringify({ query: document }),
		}),
	);
	return fetch(url, { method, headers, body });
}
//#endregion
