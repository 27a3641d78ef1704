/** Connections that are shared: aws-scope beside the plain SDK. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type LocalResponse, resetAwsScope } from "../../local-aws/index.js";
import { systemClock, useClock } from "../../src/home/clock.js";
import { client, defaultSession } from "../../src/index.js";
import { startTenants, type TenantAws } from "../helpers/aws.js";
import { barrier, eventually, gate } from "../helpers/barrier.js";
import { startNat } from "../helpers/nat.js";
import { expectNoWorse, type Outcome, page, type Row } from "./situation.js";

const [HOME, AWAY] = ["us-east-1", "eu-west-3"];

let all: TenantAws;
let arrive: (path: string, region: string) => Promise<unknown> = async () => undefined;
beforeAll(async () => {
	all = await startTenants({
		tenants: 1,
		before: ({ path, region }) => arrive(path, region),
		handlers: {
			s3: ({ region, path }): LocalResponse =>
				region === HOME && path.startsWith("/away")
					? {
							status: 301,
							headers: { "x-amz-bucket-region": AWAY as string },
							body: "<Error><Code>PermanentRedirect</Code></Error>",
						}
					: { body: "text".repeat(100_000) },
		},
	});
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(async () => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
	arrive = async () => undefined;
	await resetAwsScope();
});

/** Makes a client by the class, or by an accessor. */
type Make = <Class extends typeof DynamoDB | typeof S3>(type: Class, config: object) => InstanceType<Class>;
const plain: Make = (type, config) => new type(config) as InstanceType<typeof type>;
const scoped: Make = (type, config) => client(type, { ...config, session: defaultSession() } as never) as never;

const rows: Row[] = [];
async function row(situation: string, run: (make: Make) => Promise<Outcome>): Promise<Row> {
	const sdk = await run(plain);
	await resetAwsScope();
	const ours = await run(scoped);
	const found = { situation, sdk, ours };
	expectNoWorse(found);
	rows.push(found);
	return found;
}

async function count(requests: readonly Promise<unknown>[]): Promise<Outcome> {
	const ends = await Promise.allSettled(requests);
	const answered = ends.filter(({ status }) => status === "fulfilled").length;
	return { answered, failed: ends.length - answered };
}

const times = <T>(length: number, make: () => T): T[] => Array.from({ length }, make);

test("where the environment turns it on, a socket that stays silent is given up after the service's default time", async () => {
	vi.stubEnv("AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026", "true");
	const { sdk, ours } = await row("`AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026=true`", async (make) => {
		const tables = make(DynamoDB, { region: HOME });
		await tables.listTables({});
		const { defaultSocketTimeout } = (tables.config.requestHandler as NodeHttpHandler).httpHandlerConfigs() as {
			defaultSocketTimeout?: number;
		};
		return { answered: 1, value: `gives up after ${defaultSocketTimeout} ms of silence` };
	});
	expect(ours).toEqual(sdk);
	expect(ours.value).toBe("gives up after 300000 ms of silence");
});

test("a NAT forgets idle connections while the process is never quiet", async () => {
	const start = systemClock.wall();
	let now = 0;
	using _ = { [Symbol.dispose]: useClock({ ...systemClock, wall: () => start + now, monotonic: () => now }) };
	const { ours } = await row(
		"a NAT drops four idle connections, in a process that is never quiet (no retries)",
		async (make) => {
			await using nat = await startNat(all.aws.port, () => now, 20_000);
			const [through, beside] = [nat.endpoint, all.aws.endpoint].map((endpoint) =>
				make(DynamoDB, { endpoint, maxAttempts: 1 }),
			);
			arrive = barrier(4);
			await Promise.all(times(4, () => through?.listTables({})));
			arrive = async () => undefined;
			for (let turn = 0; turn < 50; turn += 1) {
				now += 500;
				await beside?.listTables({});
			}
			return await count(times(4, () => through?.listTables({}) as Promise<unknown>));
		},
	);
	expect(ours).toEqual({ answered: 4, failed: 0 });
});

test("fake timers", async () => {
	const { ours } = await row(
		"fake timers are installed, and five seconds have passed since the first request",
		async (make) => {
			const db = make(DynamoDB, {});
			await db.listTables({});
			vi.useFakeTimers();
			vi.setSystemTime(Date.now() + 5_000);
			const outcome = await count(times(3, () => db.listTables({})));
			vi.useRealTimers();
			return outcome;
		},
	);
	expect(ours).toEqual({ answered: 3, failed: 0 });
});

test("redirects at once", async () => {
	const { ours } = await row("two S3 redirects overlap on one client (`followRegionRedirects`)", async (make) => {
		const s3 = make(S3, { region: HOME, followRegionRedirects: true, forcePathStyle: true, maxAttempts: 1 });
		const [first, second, led] = [gate(), gate(), gate()];
		let under = 0;
		// Both are sent away; the second hears of it when the first is there.
		arrive = async (path, region) => {
			if (region === HOME) return path.endsWith("second") ? await led.opened : undefined;
			under += 1;
			led.open();
			return await (path.endsWith("first") ? first : second).opened;
		};
		const get = async (Key: string) => (await s3.getObject({ Bucket: "away", Key })).Body?.transformToString();
		const [one, two] = [get("first"), get("second")];
		await eventually(() => expect(under).toBe(2));
		first.open();
		await one;
		second.open();
		return { ...(await count([one, two])), value: `region ${await s3.config.region()} afterwards` };
	});
	expect(ours).toEqual({ answered: 2, failed: 0, value: `region ${HOME} afterwards` });
});

test("a pool that is taken up", async () => {
	const { sdk, ours } = await row(
		"unread bodies occupy every socket, and another request waits for a minute",
		async (make) => {
			const said = vi.fn();
			vi.spyOn(process, "emitWarning").mockImplementation(said);
			vi.spyOn(console, "warn").mockImplementation(said);
			const timers = new Set<() => void>();
			const restore = useClock({
				...systemClock,
				after(_milliseconds, fire) {
					timers.add(fire);
					return () => void timers.delete(fire);
				},
			});
			const options = { httpAgent: { maxSockets: 3 } };
			// As two clients of one handler: what sharing a pool is by hand.
			const requestHandler = make === plain ? new NodeHttpHandler(options) : options;
			const s3 = make(S3, { forcePathStyle: true, requestHandler });
			const db = make(DynamoDB, { requestHandler });
			await db.listTables({});
			const bodies = await Promise.all(times(3, () => s3.getObject({ Bucket: "bucket", Key: "key" })));
			vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
			const waiting = db.listTables({});
			for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
			vi.advanceTimersByTime(60_000);
			for (const fire of timers) fire();
			const value = said.mock.calls.length === 0 ? "no warning" : `${said.mock.calls.length} warning`;
			vi.useRealTimers();
			for (const { Body } of bodies) (Body as unknown as { destroy(): void }).destroy();
			await waiting;
			restore();
			vi.restoreAllMocks();
			return { answered: 1, value };
		},
	);
	expect([sdk.value, ours.value]).toEqual(["no warning", "1 warning"]);
});

test("more origins than sockets", async () => {
	const { ours } = await row("requests to more origins than the pool allows sockets", async (make) => {
		await using one = await startNat(all.aws.port);
		await using two = await startNat(all.aws.port);
		await using three = await startNat(all.aws.port);
		const requestHandler = make === plain ? undefined : { httpAgent: { maxTotalSockets: 2 } };
		const ends: Promise<unknown>[] = [];
		for (const { endpoint } of [one, two, three]) {
			ends.push(make(DynamoDB, { endpoint, requestHandler }).listTables({}));
			await ends.at(-1);
		}
		return await count(ends);
	});
	expect(ours).toEqual({ answered: 3, failed: 0 });
});

test("the table", async () => {
	const text = page(
		"Connections, compared with the SDK",
		"`test/parity/connections.test.ts` runs each situation with the SDK alone and with aws-scope, in one process, and writes this page.",
		rows,
	);
	await expect(text).toMatchFileSnapshot("../../docs/parity/connections.md");
});
