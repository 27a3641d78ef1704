/** Code for docs/scope.md. */

import {
	type AwsSession,
	accountSessions,
	bindAwsScope,
	clients,
	currentAwsScope,
	runInAwsScope,
	tryCurrentAwsScope,
	withAwsScope,
} from "aws-scope";

const accounts = accountSessions({ role: "orders" });

export function run(account: string): Promise<unknown> {
	//#region run
	return runInAwsScope({ account, accounts, region: "eu-central-1" }, async () => {
		const { TableNames } = await clients.dynamodb().listTables({});
		return TableNames;
	});
	//#endregion
}

export function nested(tenant: AwsSession, audit: AwsSession, order: { id: string }): Promise<unknown> {
	//#region nested
	return runInAwsScope({ session: tenant, region: "eu-central-1" }, async () => {
		await clients.dynamodbDocument().put({ TableName: "orders", Item: order });
		// Another session. The region is still eu-central-1.
		await runInAwsScope({ session: audit }, () => clients.dynamodbDocument().put({ TableName: "audit", Item: order }));
	});
	//#endregion
}

async function* pages(): AsyncGenerator<string> {
	for await (const { TableNames = [] } of clients.dynamodb().paginateListTables({})) yield* TableNames;
}

export async function lazy(tenant: AwsSession, copy: (table: string) => Promise<unknown>): Promise<void> {
	//#region lazy
	// Each page is requested as the tenant. The loop body runs in the caller's scope.
	for await (const table of tenant.run(() => pages())) await copy(table);
	//#endregion
}

interface HttpEvent {
	readonly token: string;
}

const tokens = new Map([["secret", "222222222222"]]);

async function authenticate({ token }: HttpEvent): Promise<string> {
	const account = tokens.get(token);
	if (account === undefined) throw new Error("Unknown tenant.");
	return account;
}

//#region bind
export const handler = withAwsScope(
	async (event: HttpEvent) => {
		// The scope has no identity yet, so every accessor is refused here.
		const account = await authenticate(event);
		bindAwsScope({ account });
		return (await clients.dynamodb().listTables({})).TableNames;
	},
	{ bindLater: true, accounts },
);
//#endregion

export function who(): unknown {
	//#region current
	const { session, account, region } = currentAwsScope(); // throws outside every scope
	const maybe = tryCurrentAwsScope(); // undefined there
	//#endregion
	return { session, account, region, maybe };
}
