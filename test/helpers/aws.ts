/** A local AWS with many tenants. For every request, it compares the account that signed it with the intended one. */

import {
	type LocalAws,
	type LocalAwsOptions,
	type LocalHandler,
	type LocalRequest,
	type LocalResponse,
	resetAwsScope,
	startLocalAws,
} from "../../local-aws/index.js";
import { accountSessions } from "../../src/index.js";

/** The process's own account. */
export const OWN = "999999999999";

/** The n-th tenant's account, with leading zeros. */
export const tenant = (index: number): string => String(index + 1).padStart(12, "0");

/** Marks the name of a table, queue or bucket, so that the server knows a request's intended tenant. */
export const meantFor = (account: string): string => `meant-for-${account}`;

/** One verified data request. */
export interface Seen {
	readonly service: string;
	readonly action: string;
	readonly region: string;
	/** The account that signed it. */
	readonly account: string;
	/** The intended account, if the request names one. */
	readonly meant: string | undefined;
	readonly sessionName: string | undefined;
}

/** Whether a request names no tenant, or was signed by the process itself instead of a tenant. */
export const isUnscoped = ({ account, meant }: Seen): boolean =>
	meant === undefined || (account === OWN && meant !== OWN);

/** A local AWS with its records. */
export interface TenantAws extends AsyncDisposable {
	readonly aws: LocalAws;
	/** The tenants' accounts. */
	readonly tenants: readonly string[];
	readonly accounts: ReturnType<typeof accountSessions>;
	/** Data requests that received a response. */
	readonly seen: Seen[];
	/** Requests that were signed for another account than the intended one. */
	wrong(): Seen[];
}

/** Further options of {@link startTenants}. */
export interface TenantOptions {
	readonly tenants: number;
	/** Awaited before each response of a data service. */
	readonly before?: (request: LocalRequest) => Promise<unknown> | undefined;
	readonly handlers?: Readonly<Record<string, LocalHandler>>;
	readonly options?: Partial<LocalAwsOptions>;
}

export const ROLE = "Tenant";
export const EXTERNAL_ID = "external-id-nobody-may-read";

/** Starts it and points this process to it until it is disposed, which also resets the home. */
export async function startTenants({
	tenants: count,
	before,
	handlers = {},
	options,
}: TenantOptions): Promise<TenantAws> {
	const tenants = Array.from({ length: count }, (_, index) => tenant(index));
	const seen: Seen[] = [];
	const witnessed =
		(answer: LocalHandler): LocalHandler =>
		async (request) => {
			const { service, action, region, identity } = request;
			const text = `${request.path} ${JSON.stringify(request.query)} ${Buffer.from(request.body).toString("latin1")}`;
			seen.push({
				service,
				action,
				region,
				account: identity.accountId,
				meant: /meant-for-(\d{12})/.exec(text)?.[1],
				sessionName: identity.sessionName,
			});
			await before?.(request);
			return answer(request);
		};
	const answers: Record<string, LocalHandler> = { dynamodb: dynamodbAnswer, sqs: sqsAnswer, s3: s3Answer, ...handlers };
	const aws = await startLocalAws({
		accounts: [OWN, ...tenants.map((id) => ({ id, roles: [{ name: ROLE, externalId: EXTERNAL_ID }] }))],
		handlers: Object.fromEntries(Object.entries(answers).map(([service, answer]) => [service, witnessed(answer)])),
		...options,
	});
	const environment = aws.useEnv();
	return {
		aws,
		tenants,
		accounts: accountSessions({ role: ROLE, externalId: EXTERNAL_ID }),
		seen,
		wrong: () => seen.filter(({ account, meant }) => meant !== undefined && meant !== account),
		async [Symbol.asyncDispose]() {
			await resetAwsScope();
			environment[Symbol.dispose]();
			await aws.close();
		},
	};
}

/** Enough of DynamoDB for a page, an item and a waiter. The response contains the account that signed. */
function dynamodbAnswer({ action, identity, body }: LocalRequest): LocalResponse {
	const input = JSON.parse(Buffer.from(body).toString()) as { TableName?: string; ExclusiveStartKey?: object };
	const item = { id: { S: "1" }, account: { S: identity.accountId } };
	switch (action) {
		case "ListTables":
			return { body: { TableNames: [identity.accountId] } };
		case "DescribeTable":
			return { body: { Table: { TableName: input.TableName, TableStatus: "ACTIVE" } } };
		case "GetItem":
			return { body: { Item: item } };
		case "Scan":
			return {
				body: {
					Items: [item],
					...(input.ExclusiveStartKey === undefined ? { LastEvaluatedKey: { id: { S: "1" } } } : {}),
				},
			};
		default:
			return { body: {} };
	}
}

function sqsAnswer({ identity }: LocalRequest): LocalResponse {
	return { body: { QueueUrls: [`https://queue/${identity.accountId}`] } };
}

const xml = (body: string): LocalResponse => ({ headers: { "content-type": "application/xml" }, body });

/** Enough of S3 for put, get and multipart upload. */
function s3Answer({ method, query, identity }: LocalRequest): LocalResponse {
	if (method === "POST" && "uploads" in query) {
		return xml("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
	}
	if (method === "POST") return xml("<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>");
	if (method === "PUT") return { headers: { etag: '"1"' } };
	return { headers: { "content-type": "text/plain" }, body: identity.accountId };
}
