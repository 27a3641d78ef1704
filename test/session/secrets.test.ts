/** Nothing that a session shows, tells or throws holds a secret. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { type AwsSession, assumeRole, type ChannelName } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { HOUR, MINUTE } from "../helpers/time.js";
import { account, OWN, roleArn, startWorld } from "./world.js";

const EXTERNAL_ID = "external-id-nobody-may-see";

test("a session says whose it is and how it stands, and no secret", async () => {
	await using world = await startWorld(1);
	const [made] = world.sessions as [AwsSession];
	expect(inspect(made)).toContain("state: 'empty'");
	const { accessKeyId, secretAccessKey, sessionToken, expiration } = await made.credentials();
	const shown = [inspect(made, { depth: Infinity, showHidden: true }), JSON.stringify(made), String(made), made.key];
	for (const text of shown) {
		expect(text).not.toContain(secretAccessKey);
		expect(text).not.toContain(sessionToken);
	}
	expect(made.toJSON()).toMatchObject({
		account: account(0),
		roleArn: roleArn(0),
		state: "valid",
		accessKeyId,
		expiration,
	});
	expect(inspect({ nested: [made] }, { depth: 5 })).toContain(roleArn(0));
	await world.time.advance(2 * HOUR);
	expect(inspect(made)).toContain("state: 'expired'");
});

test("no event and no error of a session's life holds a secret", async () => {
	const told: [string, unknown][] = [];
	const names: ChannelName[] = [
		"aws-scope:session:refreshed",
		"aws-scope:session:refresh-failed",
		"aws-scope:session:invalidated",
	];
	const listener = (message: unknown, name: string | symbol) => void told.push([String(name), message]);
	for (const name of names) subscribe(name, listener);
	try {
		await using world = await startWorld(2, {}, { hurry: true });
		const parent = assumeRole({ roleArn: roleArn(0), externalId: EXTERNAL_ID });
		const child = assumeRole({ from: parent, roleArn: roleArn(1), externalId: EXTERNAL_ID });
		const secrets: string[] = [EXTERNAL_ID, world.aws.user(OWN).secretAccessKey];
		const keep = async (session: AwsSession) => {
			const { secretAccessKey, sessionToken = "" } = await session.credentials();
			secrets.push(secretAccessKey, sessionToken);
		};
		for (const session of [parent, child]) await keep(session);
		await world.time.advance(MINUTE);
		world.aws.revoke(({ roleArn: arn }) => arn === roleArn(1));
		await world.request(child);
		await keep(child);
		child.invalidate();
		const errors: unknown[] = [];
		for (const fault of [
			{ kind: "error", status: 403, code: "AccessDenied" },
			{ kind: "error", status: 503 },
			{ kind: "drop" },
			{ kind: "throttle" },
		] as const) {
			using down = world.aws.fail({ service: "sts", ...fault });
			void down;
			errors.push(await failure(child.credentials()));
			await world.time.advance(2 * HOUR);
		}
		expect(new Set(told.map(([name]) => name))).toEqual(new Set(names));
		const texts = [...told, ...errors].map((each) => `${inspect(each, { depth: 20 })} ${JSON.stringify(each)}`);
		for (const secret of secrets) for (const text of texts) expect(text).not.toContain(secret);
		expect(secrets).toHaveLength(8);
	} finally {
		for (const name of names) unsubscribe(name, listener);
	}
});
