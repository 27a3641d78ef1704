/** DynamoDB: one in-memory store of the npm package `dynalite` per account and region, called without a server of its own. */

import { EventEmitter } from "node:events";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { errors } from "../../src/index.js";
import { awsJson } from "../protocols/json.js";
import { type AwsRequest, type AwsResponse, CommonError, ServiceError } from "../protocols/protocol.js";
import type { Service } from "./service.js";

/** @throws {MissingPackageError} on the first request without `dynalite` */
export const dynamodb = (): Service => {
	const stores = new Map<string, Store>();
	return {
		names: ["dynamodb"],
		protocol: awsJson(errorType),
		recognizes: ({ headers }) => headers["x-amz-target"]?.startsWith("DynamoDB_") ?? false,
		emulation: {
			title: "DynamoDB",
			answer: async ({ request, operation, region, caller, signal }) => {
				if (caller === undefined) throw new CommonError("missingToken");
				if (!/^[a-z0-9-]{1,64}$/.test(region)) {
					const message = `Credential should be scoped to a valid region, not '${region}'. `;
					throw new ServiceError(400, "InvalidSignatureException", message);
				}
				const { accountId } = caller.identity;
				const id = `${accountId}/${region}`;
				const store = stores.get(id) ?? openStore(accountId, region);
				stores.set(id, store);
				const response = await store(request.headers, request.body);
				if (response.errorCode === "UnknownOperationException") throw notEmulated(operation);
				if (response.status === 200 && ASYNCHRONOUS.has(operation)) await tableSettled(store, request, signal);
				return response;
			},
		},
	};
};

const CORAL_ERRORS = new Set([
	"ExpiredTokenException",
	"IncompleteSignatureException",
	"InvalidSignatureException",
	"MissingAuthenticationTokenException",
	"UnknownOperationException",
	"UnrecognizedClientException",
	"SerializationException",
]);

const errorType = (code: string): string => {
	if (code.includes("#")) return code;
	if (CORAL_ERRORS.has(code)) return `com.amazon.coral.service#${code}`;
	if (code === "ThrottlingException") return `com.amazon.coral.availability#${code}`;
	return `com.amazonaws.dynamodb.v20120810#${code}`;
};

type Store = (headers: AwsRequest["headers"], body: Uint8Array) => Promise<AwsResponse>;

/** dynalite completes these in the background, even without a delay. */
const ASYNCHRONOUS = new Set(["CreateTable", "UpdateTable", "DeleteTable"]);

/** Waits until the table has its final status, so that tests need no waiter. */
const tableSettled = async (store: Store, { headers, body }: AwsRequest, signal: AbortSignal): Promise<void> => {
	const { TableName } = JSON.parse(Buffer.from(body).toString()) as { TableName: string };
	const describeTable = { ...headers, "x-amz-target": "DynamoDB_20120810.DescribeTable" };
	const input = Buffer.from(JSON.stringify({ TableName }));
	for (let attempt = 0; attempt < 200 && !signal.aborted; attempt++) {
		const { status, body: output } = await store(describeTable, input);
		if (status !== 200 || !/"(?:Table|Index)Status":"(?:CREATING|UPDATING|DELETING)"/.test(String(output))) return;
		await wait(1);
	}
};

const notEmulated = (operation: string) =>
	new ServiceError(
		400,
		"UnknownOperationException",
		`The local AWS does not emulate DynamoDB's ${operation}, because dynalite does not support it; answer it with startLocalAws({ handlers: { dynamodb: (request) => … } }).`,
	);

type Dynalite = (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => EventEmitter;

/** Opens a store. Its server never listens: its listener is called directly, with the few members that it reads. */
const openStore = (accountId: string, region: string): Store => {
	const [listener] = withEnv({ AWS_ACCOUNT_ID: accountId, AWS_REGION: region }, () =>
		loadDynalite()({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }),
	).listeners("request") as RequestListener[];
	if (listener === undefined)
		throw new errors.MissingPackageError(
			"The installed version of dynalite is not supported; run npm install --save-dev dynalite@4.",
		);
	return (headers, body) =>
		new Promise((resolve) => {
			const request = Object.assign(new EventEmitter(), {
				method: "POST",
				url: "/",
				headers: { ...headers, authorization: VERIFIED, "x-amz-date": "-", origin: undefined },
			});
			listener(
				request as unknown as Parameters<RequestListener>[0],
				new CapturedResponse(resolve) as unknown as Parameters<RequestListener>[1],
			);
			if (body.byteLength > 0) request.emit("data", Buffer.from(body.buffer, body.byteOffset, body.byteLength));
			request.emit("end");
		});
};

/** dynalite only checks that there is a signature. */
const VERIFIED = "AWS4-HMAC-SHA256 Credential=-, SignedHeaders=-, Signature=-";

/** The members of `ServerResponse` that dynalite uses. */
class CapturedResponse {
	statusCode = 200;
	contentType = "";
	readonly #headers: Record<string, string> = {};
	readonly #done: (response: AwsResponse) => void;

	constructor(done: (response: AwsResponse) => void) {
		this.#done = done;
	}

	setHeader(name: string, value: unknown): void {
		this.#headers[name.toLowerCase()] = String(value);
	}

	end(body = ""): void {
		const { "content-length": _, "transfer-encoding": __, ...headers } = this.#headers;
		const errorCode =
			this.statusCode >= 400 ? (/"__type":"(?:[^"#]*#)?(\w+)"/.exec(body)?.[1] ?? "Unknown") : undefined;
		this.#done({ status: this.statusCode, headers, body, ...(errorCode === undefined ? {} : { errorCode }) });
	}
}

/** dynalite reads the account and the region of its ARNs from the environment when a store is created. */
const withEnv = <T>(variables: Record<string, string>, make: () => T): T => {
	const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, variables);
	try {
		return make();
	} finally {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	}
};

/**
 * Loads dynalite, preferably from the application: with pnpm, a package cannot see what only the application installed.
 * @throws {MissingPackageError} code `MISSING_PACKAGE`
 */
export function loadDynalite(from: readonly string[] = [`${process.cwd()}/package.json`, import.meta.url]): Dynalite {
	for (const place of from) {
		const require = createRequire(place);
		let path: string;
		try {
			path = require.resolve("dynalite");
		} catch {
			continue;
		}
		return require(path) as Dynalite;
	}
	throw new errors.MissingPackageError(
		"The local AWS needs the package dynalite for DynamoDB; run npm install --save-dev dynalite.",
	);
}
