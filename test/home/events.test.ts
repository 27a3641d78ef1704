/** Events say whose identity they are about, in the same fields everywhere. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	type AwsSession,
	type ChannelMessages,
	type ChannelName,
	clients,
	configure,
	defaultSession,
	runInAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

/** What is published on a channel while `fn` runs. */
async function published(channel: ChannelName, fn: () => unknown): Promise<unknown[]> {
	const messages: unknown[] = [];
	const listener = (message: unknown) => void messages.push(message);
	subscribe(channel, listener);
	try {
		await fn();
	} finally {
		unsubscribe(channel, listener);
	}
	return messages;
}

const fields = ({ key, account, roleArn }: AwsSession) => ({ session: key, account, roleArn });
const session = (index = 0) => all.accounts(tenant(index));
const inA = <Result>(fn: () => Result): Result => runInAwsScope(session(), fn);

const events: Record<Exclude<ChannelName, "aws-scope:transport:waiting" | "aws-scope:refused">, () => unknown> = {
	"aws-scope:client:built": () => inA(() => clients.dynamodb()),
	"aws-scope:client:evicted": () => {
		configure({ maxClients: 1 });
		inA(() => [clients.dynamodb("eu-west-1"), clients.dynamodb("eu-west-2")]);
	},
	"aws-scope:session:evicted": () => {
		session();
		configure({ maxSessions: 1 });
		session(1);
	},
	"aws-scope:session:refreshed": () => session().credentials(),
	"aws-scope:session:refresh-failed": async () => {
		using down = all.aws.fail({ service: "sts", kind: "error", status: 403, code: "AccessDenied" });
		void down;
		await failure(session().credentials());
	},
	"aws-scope:session:invalidated": async () => {
		await session().credentials();
		session().invalidate();
	},
};

test.each(Object.entries(events))("%s names the session, its account and its role", async (channel, fn) => {
	const expected = fields(session());
	expect(expected).toMatchObject({ account: tenant(0), roleArn: `arn:aws:iam::${tenant(0)}:role/Tenant` });
	await resetAwsScope();
	// The process's own credentials, which assume the role, come first.
	expect((await published(channel as ChannelName, fn)).at(-1)).toMatchObject(expected);
});

test("a document's eviction names them too", async () => {
	configure({ maxClients: 1 });
	const told = await published("aws-scope:client:evicted", () => inA(() => clients.dynamodbDocument()));
	expect(told).toEqual([expect.objectContaining(fields(session()))]);
});

const refusals: [string, code: string, () => unknown, () => object][] = [
	[
		"a strayed client",
		"STRAYED_CLIENT",
		() => {
			const strayed = inA(() => clients.dynamodb());
			return runInAwsScope(session(1), () => strayed.listTables({}));
		},
		() => fields(session()),
	],
	[
		"replaced credentials",
		"FOREIGN_IDENTITY",
		() => {
			inA(() => clients.dynamodb()).config.credentials = async () => ({ accessKeyId: "a", secretAccessKey: "b" });
		},
		() => fields(session()),
	],
	[
		"a request that something else has signed",
		"FOREIGN_IDENTITY",
		() => {
			const client = session().clients.dynamodb();
			client.middlewareStack.addRelativeTo(
				((next: (args: { request: unknown }) => unknown) => (args: { request: unknown }) => {
					Object.assign((args.request as { headers: object }).headers, {
						authorization: "AWS4-HMAC-SHA256 Credential=FOREIGN/20260101/eu/dynamodb/aws4_request",
					});
					return next(args);
				}) as never,
				{ relation: "after", toMiddleware: "httpSigningMiddleware", name: "other" } as never,
			);
			return client.listTables({});
		},
		() => fields(session()),
	],
	[
		"a lost scope",
		"LOST_SCOPE",
		() => {
			inA(() => {});
			clients.dynamodb();
		},
		() => ({ session: undefined, account: undefined, roleArn: undefined }),
	],
	[
		"a scope without identity",
		"UNBOUND_SCOPE",
		() => runInAwsScope({ bindLater: true }, () => clients.dynamodb()),
		() => ({ session: undefined, account: undefined, roleArn: undefined }),
	],
];

test.each(refusals)(
	"aws-scope:refused of %s names those of the client, if there is one",
	async (_, code, fn, expected) => {
		const told = await published("aws-scope:refused", () => failure(async () => fn()));
		expect(told).toEqual([{ code, message: expect.any(String), ...expected() }]);
	},
);

test("the process's own session is named default", async () => {
	const [message] = await published("aws-scope:client:built", () => clients.dynamodb());
	const { session: key, account, roleArn } = message as ChannelMessages["client:built"];
	expect({ key, account, roleArn }).toEqual({ key: defaultSession().key, account: undefined, roleArn: undefined });
	expect(key).toBe("default");
});
