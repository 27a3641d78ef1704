/** What the page about transports shows. */

import { clients, configure } from "aws-scope";

export function options(): readonly object[] {
	//#region options
	const quick = { connectionTimeout: 500, requestTimeout: 2_000, throwOnRequestTimeout: true };
	const tables = clients.dynamodb({ requestHandler: quick });
	const files = clients.s3({ requestHandler: { ...quick } }); // the same sockets as tables
	//#endregion
	return [tables, files];
}

export function everywhere(): void {
	//#region everywhere
	configure({ clientDefaults: { maxAttempts: 5, requestHandler: { requestTimeout: 10_000 } } });
	//#endregion
}
