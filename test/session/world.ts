/** A local AWS under the test's own time, and sessions in it whose requests are real ones over sockets. */

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { vi } from "vitest";
import {
	type LocalAws,
	type LocalAwsOptions,
	type LocalEvent,
	resetAwsScope,
	startLocalAws,
} from "../../local-aws/index.js";
import { type AwsSession, assumeRole, client } from "../../src/index.js";
import { settle, type TestTime, testTime } from "../helpers/time.js";

export const OWN = "999999999999";
export const account = (n: number): string => String(n + 1).padStart(12, "0");
export const roleArn = (n: number): string => `arn:aws:iam::${account(n)}:role/Tenant`;

export interface World extends AsyncDisposable {
	readonly aws: LocalAws;
	readonly time: TestTime;
	readonly sessions: readonly AwsSession[];
	/** What the server saw of AssumeRole. */
	readonly calls: LocalEvent[];
	/** One request of a session, without any retry of the SDK's; gives the account that the server saw. */
	request(session: AwsSession): Promise<string | undefined>;
	/** Waits until STS has answered everything. */
	quiet(): Promise<void>;
}

/** Starts it; each session's credentials live an hour unless told otherwise. */
export async function startWorld(
	sessions: number,
	options: Partial<LocalAwsOptions> = {},
	{ seed = 1, hurry = false }: { seed?: number; hurry?: boolean } = {},
): Promise<World> {
	const time = testTime({ seed, hurry });
	const accounts = [OWN, ...Array.from({ length: sessions }, (_, n) => account(n))];
	const aws = await startLocalAws({
		accounts,
		clock: time.aws,
		handlers: { dynamodb: ({ identity }) => ({ body: { TableNames: [identity.accountId] } }) },
		...options,
	});
	const environment = aws.useEnv();
	const calls: LocalEvent[] = [];
	aws.onRequest((event) => {
		if (event.action.startsWith("AssumeRole")) calls.push(event);
	});
	return {
		aws,
		time,
		calls,
		sessions: Array.from({ length: sessions }, (_, n) =>
			assumeRole({ roleArn: roleArn(n), sessionName: `tenant-${n}` }),
		),
		async request(session) {
			const db = client(DynamoDBClient, { session, maxAttempts: 1 });
			return (await db.send(new ListTablesCommand({}))).TableNames?.[0];
		},
		quiet: () => settle(() => aws.stats().assumeRole.inFlight > 0),
		async [Symbol.asyncDispose]() {
			await resetAwsScope();
			// What was stubbed on top of it goes first, or it would come back with it.
			vi.unstubAllEnvs();
			environment[Symbol.dispose]();
			await aws.close();
			time[Symbol.dispose]();
		},
	};
}
