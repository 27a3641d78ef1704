/** Runs one request in front of AWS's real hosts and tells whom it asked, and as whom. */

import { DynamoDBClient, type DynamoDBClientConfig, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import type { RealHosts } from "../helpers/real-hosts.js";
import type { Outcome } from "./situation.js";

/** The same request with the plain SDK; gives who signed it. */
export const plainRequest = async (
	{ handler }: RealHosts,
	config: DynamoDBClientConfig & { readonly profile?: string },
): Promise<string | undefined> => {
	const client = new DynamoDBClient({ requestHandler: handler, ...config });
	return (await client.send(new ListTablesCommand({}))).TableNames?.[0];
};

/** Who signed, as a request of aws-scope's tells. */
export const signerOf = async (asking: Promise<{ TableNames?: string[] | undefined }>): Promise<string | undefined> =>
	(await asking).TableNames?.[0];

const told = (list: readonly string[]): string => [...new Set(list)].join(", ");

/** What came of a call that gives who signed. */
export async function outcomeOf(hosts: RealHosts, call: () => Promise<string | undefined>): Promise<Outcome> {
	hosts.forget();
	const before = hosts.aws.stats().assumeRole.total;
	try {
		const signer = (await call()) ?? "";
		const identity = signer.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*/, ":iam:$1:role/$2");
		const host = hosts.data.length === 0 ? {} : { host: told(hosts.data) };
		const stsHost = hosts.sts.length === 0 ? {} : { stsHost: told(hosts.sts) };
		const stsCalls = hosts.aws.stats().assumeRole.total - before;
		return { answered: 1, identity, ...host, ...stsHost, stsCalls };
	} catch (error) {
		return { answered: 0, value: `error "${(error as Error).message}"` };
	}
}
