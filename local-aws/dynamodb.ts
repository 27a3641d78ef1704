/** DynamoDB: one in-memory store of the npm package `dynalite` per account and region, called without a socket of its own. */

import { EventEmitter } from "node:events";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { errors } from "../src/index.js";
import { type Answer, Refusal } from "./protocols.js";

/** A verified DynamoDB request. */
export interface DynamoRequest {
	readonly accountId: string;
	readonly region: string;
	readonly action: string;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: Uint8Array;
}

/** The stores of a local AWS. */
export class DynamoStores {
	readonly #stores = new Map<string, Store>();

	/** Answers a request from its account's own store in its region. @throws {MissingPackageError} without `dynalite` */
	async answer(request: DynamoRequest, signal: AbortSignal): Promise<Answer> {
		const { accountId, region, action } = request;
		if (!/^[a-z0-9-]{1,64}$/.test(region))
			throw new Refusal(
				400,
				"InvalidSignatureException",
				`Credential should be scoped to a valid region, not '${region}'. `,
			);
		const id = `${accountId}/${region}`;
		let store = this.#stores.get(id);
		if (store === undefined) {
			store = openStore(accountId, region);
			this.#stores.set(id, store);
		}
		const answer = await store(request.headers, request.body);
		if (answer.status === 200 && SLOW.has(action)) await settle(store, request, signal);
		return answer.errorCode === "UnknownOperationException" ? notEmulated(action) : answer;
	}
}

type Store = (headers: DynamoRequest["headers"], body: Uint8Array) => Promise<Answer>;

/** After these the table changes in the background, even at no delay. */
const SLOW = new Set(["CreateTable", "UpdateTable", "DeleteTable"]);

/** Waits until the table has settled, so that what a client sends next meets it as it will stay. */
const settle = async (store: Store, { headers, body }: DynamoRequest, signal: AbortSignal): Promise<void> => {
	const { TableName } = JSON.parse(Buffer.from(body).toString()) as { TableName: string };
	const describe = Buffer.from(JSON.stringify({ TableName }));
	for (let turn = 0; turn < 200 && !signal.aborted; turn++) {
		const { status, body: described } = await store(
			{ ...headers, "x-amz-target": "DynamoDB_20120810.DescribeTable" },
			describe,
		);
		if (status !== 200 || !/"(?:Table|Index)Status":"(?:CREATING|UPDATING|DELETING)"/.test(String(described))) return;
		await wait(1);
	}
};

const notEmulated = (action: string): Answer => {
	throw new Refusal(
		400,
		"UnknownOperationException",
		`DynamoDB's ${action} is not emulated by the local AWS (dynalite does not know it); answer it yourself with startLocalAws({ handlers: { dynamodb: (request) => … } }).`,
	);
};

type Dynalite = (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => EventEmitter;

/** Opens a store. Its server never listens: requests are handed to its listener as the few things it reads of them. */
const openStore = (accountId: string, region: string): Store => {
	const [listener] = withEnv({ AWS_ACCOUNT_ID: accountId, AWS_REGION: region }, () =>
		loadDynalite()({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }),
	).listeners("request") as RequestListener[];
	if (listener === undefined)
		throw new errors.MissingPackageError(
			"The installed dynalite has no request listener; run npm install --save-dev dynalite@4.",
		);
	return (headers, body) =>
		new Promise((resolve) => {
			const request = Object.assign(new EventEmitter(), {
				method: "POST",
				url: "/",
				headers: { ...headers, authorization: PASSED, "x-amz-date": "-", origin: undefined },
			});
			listener(
				request as unknown as Parameters<RequestListener>[0],
				new Reply(resolve) as unknown as Parameters<RequestListener>[1],
			);
			if (body.byteLength > 0) request.emit("data", Buffer.from(body.buffer, body.byteOffset, body.byteLength));
			request.emit("end");
		});
};

/** The signature has been verified already; dynalite only wants to see that there is one. */
const PASSED = "AWS4-HMAC-SHA256 Credential=-, SignedHeaders=-, Signature=-";

/** What dynalite uses of a `ServerResponse`. */
class Reply {
	statusCode = 200;
	contentType = "";
	readonly #headers: Record<string, string> = {};
	readonly #done: (answer: Answer) => void;

	constructor(done: (answer: Answer) => void) {
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

/** Dynalite builds its ARNs from these two variables when a store is made, and in no other way. */
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
 * Finds dynalite; the application's own copy first: under a strict layout only that one can be seen.
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
		"The local AWS was asked for DynamoDB, but the package dynalite is not installed; run npm install --save-dev dynalite.",
	);
}
