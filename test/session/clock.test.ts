/** A local clock that is wrong, or stepped while the process runs, changes nothing, though the SDK never retries here. */

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { type AwsSession, assumeRole, client, defaultSession } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { scale } from "../helpers/scale.js";
import { HOUR, MINUTE } from "../helpers/time.js";
import { roleArn, startWorld } from "./world.js";

/** Minutes between requests. */
const STEP = scale(4, 1);
const WRONG = [
	["10 minutes fast", 10 * MINUTE],
	["10 minutes slow", -10 * MINUTE],
	["a day fast", 24 * HOUR],
	["a day slow", -24 * HOUR],
] as const;

const s3 = {
	s3: ({ method }: { method: string }) => (method === "GET" ? { body: "text" } : { headers: { etag: '"1"' } }),
};

test.each(WRONG)(
	"a clock %s from the start: every request succeeds, and each role is assumed once",
	async (_, wrong) => {
		await using world = await startWorld(3, { handlers: { dynamodb: () => ({ body: { TableNames: [] } }), ...s3 } });
		world.time.stepWall(wrong);
		for (const session of [defaultSession(), ...world.sessions]) {
			await client(DynamoDBClient, { session, maxAttempts: 1 }).send(new ListTablesCommand({}));
			const bucket = client(S3Client, { session, maxAttempts: 1, forcePathStyle: true });
			await bucket.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "text" }));
			await bucket.send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
		}
		const { assumeRole: calls, errors, actions } = world.aws.stats();
		expect(calls.succeeded).toBe(3);
		expect(actions["dynamodb:ListTables"]).toBeLessThanOrEqual(8);
		expect(Object.keys(errors).sort()).toEqual(
			["InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"].filter((code) => code in errors),
		);
		// Sessions learn the time from STS, so only the default session's first requests are refused.
		expect(errors["InvalidSignatureException"]).toBe(1);
		expect(errors["SignatureDoesNotMatch"]).toBe(1);
		expect(errors["RequestTimeTooSkewed"] ?? 0).toBe(Math.abs(wrong) > 15 * MINUTE ? 1 : 0);
	},
);

test.each(WRONG)(
	"a clock stepped %s while running: no request fails and nothing is refreshed early or late",
	async (_, step) => {
		await using world = await startWorld(2);
		const { time, sessions, request, aws } = world;
		const child = assumeRole({ from: sessions[0] as AwsSession, roleArn: roleArn(1), sessionName: "child" });
		const all = [...sessions, child];
		await Promise.all(all.map(request));
		expect(aws.stats().assumeRole.total).toBe(3);
		time.stepWall(step);
		for (let minute = 0; minute < 20; minute += STEP) {
			await Promise.all(all.map(request));
			await time.advance(STEP * MINUTE);
		}
		// A step of more than what is left of an hour makes them look expired: one refresh each, no more.
		const early = step > 50 * MINUTE ? 3 : 0;
		expect(aws.stats().assumeRole.succeeded).toBe(3 + early);
		for (let minute = 0; minute < 80; minute += STEP) {
			await Promise.all(all.map(request));
			await world.quiet();
			await time.advance(STEP * MINUTE);
		}
		expect(aws.stats().assumeRole.succeeded).toBeGreaterThanOrEqual(6 + early);
		expect(aws.stats().assumeRole.succeeded).toBeLessThanOrEqual(12 + early);
		expect(aws.stats().errors["ExpiredTokenException"]).toBeUndefined();
	},
);

test("a clock that jumps to and fro costs no request", async () => {
	await using world = await startWorld(2);
	const { time, sessions, request } = world;
	for (let n = 0; n < 40; n += 1) {
		await Promise.all(sessions.map(request));
		time.stepWall(n % 2 === 0 ? 10 * MINUTE : -10 * MINUTE);
		await time.advance(1_000);
	}
	expect(world.aws.stats().assumeRole.total).toBe(2);
});

test("a wrong clock does not make other refusals be tried again", async () => {
	let seen = 0;
	await using world = await startWorld(1, {
		handlers: {
			dynamodb: () => {
				seen += 1;
				return { status: 400, body: { __type: "ResourceNotFoundException", message: "No such table" } };
			},
		},
	});
	world.time.stepWall(10 * MINUTE);
	for (let n = 0; n < 3; n += 1) {
		await world.time.advance(700);
		expect(await failure(world.request(world.sessions[0] as AwsSession))).toMatchObject({
			name: "ResourceNotFoundException",
		});
	}
	expect(seen).toBe(3);
});

test("the bare refusal of a HEAD is tried again with the right time, and with the right key", async () => {
	await using world = await startWorld(1, { handlers: s3 });
	const session = world.sessions[0] as AwsSession;
	const bucket = client(S3Client, { session, maxAttempts: 1, forcePathStyle: true });
	const head = () => bucket.send(new HeadObjectCommand({ Bucket: "b", Key: "k" }));
	await head();
	world.time.stepWall(20 * MINUTE);
	await head();
	await world.time.advance(MINUTE);
	world.aws.revoke(({ roleArn: arn }) => arn !== undefined);
	world.aws.resetCounts();
	await head();
	expect(world.aws.stats().assumeRole.total).toBe(1);
});
