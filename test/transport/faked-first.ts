/** A program whose timers were faked, as sinon does it, before aws-scope was loaded: none of them ever fires. */

import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";

let faked = 0;
const fake = (): unknown => {
	faked += 1;
	return { ref: fake, unref: fake };
};
for (const name of ["setTimeout", "setImmediate", "setInterval", "queueMicrotask"] as const) {
	Object.assign(globalThis, { [name]: fake });
	Object.assign(timers, { [name]: fake });
	Object.assign(promises, { [name]: () => new Promise(fake) });
}
syncBuiltinESMExports();
const start = Date.now();
let now = start;
Date.now = () => now;

const { accountSessions, clients, runInAwsScope } = await import("../../src/index.js");
const { EXTERNAL_ID, ROLE } = process.env as Record<string, string>;
const accounts = accountSessions({ role: ROLE as string, externalId: EXTERNAL_ID as string });
const list = () =>
	runInAwsScope({ account: process.env["TENANT"] as string, accounts }, async () => {
		const { TableNames } = await clients.dynamodb().listTables({});
		return TableNames?.[0];
	});
const first = await list();
now = start + 5_000;
console.log(first, await list());
process.exit(faked > 0 ? 0 : 1);
