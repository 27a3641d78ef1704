/** Helpers for the tests of the local AWS: SDK clients that do not retry, and requests signed without the SDK. */

import { createHash, createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import type { LocalAws } from "../../local-aws/index.js";

export const A = "111111111111";
export const B = "222222222222";
export const C = "333333333333";

export interface Keys {
	accessKeyId: string;
	secretAccessKey: string;
	sessionToken?: string;
}

const config = (aws: LocalAws, credentials: Keys, region = "us-east-1") => ({
	endpoint: aws.endpoint,
	region,
	credentials: { ...credentials },
	maxAttempts: 1,
});

export const sts = (aws: LocalAws, keys: Keys = aws.user(A), region?: string) =>
	new STSClient(config(aws, keys, region));
export const dynamodb = (aws: LocalAws, keys: Keys = aws.user(A), region?: string) =>
	new DynamoDBClient(config(aws, keys, region));
export const s3 = (aws: LocalAws, keys: Keys = aws.user(A), region?: string) => new S3Client(config(aws, keys, region));

export const role = (account: string, name = "reader") => `arn:aws:iam::${account}:role/${name}`;

export async function assume(
	aws: LocalAws,
	RoleArn: string,
	more: Partial<AssumeRoleCommandInput> = {},
	keys: Keys = aws.user(A),
) {
	const client = sts(aws, keys);
	const answer = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test", ...more }));
	client.destroy();
	const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = answer.Credentials ?? {};
	return {
		answer,
		keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
	};
}

/** The error of a call that must fail. */
export async function refusal(
	call: Promise<unknown>,
): Promise<{ name: string; message: string; status: number | undefined }> {
	try {
		await call;
	} catch (error) {
		const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
		return { name, message, status: $metadata?.httpStatusCode };
	}
	throw new Error("the call did not fail");
}

export interface Raw {
	method?: string;
	path?: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array;
}

/** Sends a plain HTTP request. */
export const raw = (aws: LocalAws, { method = "POST", path = "/", headers = {}, body = "" }: Raw) =>
	new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
		const sent = httpRequest({ host: "127.0.0.1", port: aws.port, method, path, headers, agent: false }, (response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (part: string) => {
				text += part;
			});
			response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
		});
		sent.on("error", reject);
		sent.end(body);
	});

class Sha256 {
	readonly #hash;
	constructor(secret?: unknown) {
		this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
	}
	update(data: Uint8Array) {
		this.#hash.update(data);
	}
	digest() {
		return Promise.resolve(new Uint8Array(this.#hash.digest()));
	}
	reset() {}
}

/** Signs a request that the SDK would not send. */
export async function signed(
	aws: LocalAws,
	service: string,
	{ method = "POST", path = "/", headers = {}, body = "" }: Raw,
	{ keys = aws.user(A) as Keys, at = Date.now(), uriEscapePath = true } = {},
): Promise<Raw> {
	const [bare = "/", search = ""] = path.split("?");
	const signer = new SignatureV4({
		service,
		region: "us-east-1",
		credentials: { ...keys },
		sha256: Sha256,
		uriEscapePath,
	});
	const request = await signer.sign(
		{
			method,
			protocol: "http:",
			hostname: "127.0.0.1",
			port: aws.port,
			path: bare,
			query: Object.fromEntries(new URLSearchParams(search)),
			headers: { host: `127.0.0.1:${aws.port}`, ...headers },
			body,
		},
		{ signingDate: new Date(at) },
	);
	return { method, path, headers: request.headers, body };
}

/** A promise and the function that resolves it. */
export function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { opened, open };
}
