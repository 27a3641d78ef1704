/** OpenSearch for docs/libraries.md. */

import { Client } from "@opensearch-project/opensearch";
import { AwsSigv4Signer } from "@opensearch-project/opensearch/aws";
import { currentAwsScope, perSession } from "aws-scope";

let node = "https://search-orders.eu-central-1.es.amazonaws.com";

//#region client
const indexes = perSession(
	() =>
		new Client({
			...AwsSigv4Signer({
				region: "eu-central-1",
				service: "es",
				getCredentials: currentAwsScope().session.credentials,
			}),
			node,
		}),
	{ dispose: (client) => client.close() },
);
//#endregion

export async function search(at: string, index: string): Promise<readonly object[]> {
	node = at;
	const { body } = await indexes().search({ index });
	return body.hits.hits.map(({ _source }) => _source as object);
}
