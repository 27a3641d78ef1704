/** `whoami()` asks the session's own STS, and no client of anybody's. */

import { expect, test } from "vitest";
import { assumeRole, clients, configure, runInAwsScope, stats } from "../../src/index.js";
import { MINUTE } from "../helpers/time.js";
import { account, roleArn, startWorld } from "./world.js";

test("gives the role's identity, and keeps no client", async () => {
	await using _world = await startWorld(1);
	const made = assumeRole({ roleArn: roleArn(0) });
	const who = await made.whoami();
	expect(who).toMatchObject({ account: account(0), arn: expect.stringContaining("assumed-role/") });
	expect(Object.isFrozen(who)).toBe(true);
	expect(stats()).toMatchObject({ clients: 0, clientsBuilt: 0, assumeRoleCalls: 1 });
});

test("asks once more, with another key, when AWS no longer takes the one at hand", async () => {
	await using world = await startWorld(1, {}, { hurry: true });
	const made = assumeRole({ roleArn: roleArn(0) });
	await made.credentials();
	await world.time.advance(MINUTE);
	world.aws.revoke(({ roleArn: arn }) => arn === roleArn(0));
	expect((await made.whoami()).account).toBe(account(0));
	expect(stats().assumeRoleCalls).toBe(2);
});

test("a key that is rejected and cannot be replaced is an error, as it is", async () => {
	await using world = await startWorld(1, {}, { hurry: true });
	const made = assumeRole({ roleArn: roleArn(0) });
	await made.credentials();
	world.aws.revoke(({ roleArn: arn }) => arn === roleArn(0));
	// Too young to be the key's fault.
	await expect(made.whoami()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
	expect(stats().assumeRoleCalls).toBe(1);
});

test("is asked with the session's credentials whatever the client defaults are", async () => {
	await using world = await startWorld(2);
	const other = world.aws.user(account(1));
	const setCredentials = (configuration: { setCredentials(value: unknown): void }) =>
		configuration.setCredentials(other);
	configure({ clientDefaults: { extensions: [{ configure: setCredentials }], maxAttempts: 2 } });
	expect((await assumeRole({ roleArn: roleArn(0) }).whoami()).account).toBe(account(0));
});

test("names the session also in a scope of another one", async () => {
	await using _world = await startWorld(2);
	configure({ requireScope: true });
	const [one, other] = [assumeRole({ roleArn: roleArn(0) }), assumeRole({ roleArn: roleArn(1) })];
	const inOther = await runInAwsScope(other, () => one.whoami());
	expect(inOther.account).toBe(account(0));
	expect(() => clients.sts()).toThrow(expect.objectContaining({ code: "LOST_SCOPE" }));
});
