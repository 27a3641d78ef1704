/** A warm call takes a shortcut; it must lead where the long way leads, for every call and at every time. */

import { inspect } from "node:util";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { bindAwsScope, client, clients, configure, runInAwsScope, session, stats } from "../../src/index.js";

const tenant = (accessKeyId: string) => session({ credentials: { accessKeyId, secretAccessKey: "example" } });
const inScope = <Result>(fn: () => Result): Result =>
	runInAwsScope({ session: tenant("AKIDFIRST"), region: "eu-central-1" }, fn);
const keyOf = async (built: S3) => (await built.config.credentials()).accessKeyId;

afterEach(() => resetAwsScope());

describe("the object form", () => {
	test("gives one client for equal options, in any order of their names", () =>
		inScope(() => {
			const first = clients.s3({ region: "eu-west-1", maxAttempts: 5 });
			expect(clients.s3({ region: "eu-west-1", maxAttempts: 5 })).toBe(first);
			expect(clients.s3({ maxAttempts: 5, region: "eu-west-1" })).toBe(first);
			expect(clients.s3({ maxAttempts: 5, region: "eu-west-1", endpoint: undefined as never })).toBe(first);
			expect(stats().clientsBuilt).toBe(1);
		}));

	test("gives another client for every other value and type of value", () =>
		inScope(() => {
			const values: unknown[] = [1, "1", true, 2, 0, false, undefined];
			const call = (value: unknown) => clients.s3({ maxAttempts: value as number });
			const built = values.map(call);
			expect(new Set(built).size).toBe(values.length);
			expect(values.map(call)).toEqual(built);
			expect(values.every((value, index) => call(value) === built[index])).toBe(true);
		}));

	test("sees what its caller has changed in the same object", () =>
		inScope(() => {
			const options: { region: string; maxAttempts?: number } = { region: "eu-west-1", maxAttempts: 5 };
			const first = clients.s3(options);
			expect(clients.s3(options)).toBe(first);
			options.maxAttempts = 6;
			expect(clients.s3(options)).not.toBe(first);
			delete options.maxAttempts;
			expect(clients.s3(options)).toBe(clients.s3("eu-west-1"));
		}));

	test("sees what its caller has changed deep in an option", () =>
		inScope(() => {
			const requestHandler = { requestTimeout: 1_000 };
			const first = clients.s3({ requestHandler });
			expect(clients.s3({ requestHandler })).toBe(first);
			requestHandler.requestTimeout = 2_000;
			expect(clients.s3({ requestHandler })).not.toBe(first);
		}));

	test("reads each option once per call if no earlier call can be compared with it", () =>
		inScope(() => {
			let reads = 0;
			const answers = [3, 3, 4, 4, 5];
			const options = {
				get maxAttempts() {
					return answers[reads++] as number;
				},
			};
			const built = answers.map((_answer, call) => {
				const got = clients.s3(options);
				expect(reads, `reads by call ${call + 1}`).toBe(call + 1);
				return got;
			});
			expect(built).toEqual(answers.map((maxAttempts) => clients.s3({ maxAttempts })));
			expect(new Set(built).size).toBe(3);
			const session = tenant("AKIDNAMED");
			reads = 0;
			const named = {
				session,
				get maxAttempts() {
					reads += 1;
					return 3;
				},
			};
			clients.s3(named);
			expect(reads, "reads by a call that names a session").toBe(1);
		}));

	test("goes by the last reading of an option alone, after comparing it with earlier calls", () =>
		inScope(async () => {
			clients.s3({ maxAttempts: 1 });
			clients.s3({ maxAttempts: 2 });
			for (let call = 1; call <= 5; call += 1) {
				let reads = 0;
				const options = {
					get maxAttempts() {
						reads += 1;
						return 10 * call + reads;
					},
				};
				const got = clients.s3(options);
				const last = 10 * call + reads;
				expect(await got.config.maxAttempts()).toBe(last);
				expect(clients.s3({ maxAttempts: last })).toBe(got);
			}
		}));

	test("keeps right with more forms than it remembers", () =>
		inScope(() => {
			const attempts = Array.from({ length: 60 }, (_, index) => index + 1);
			const built = attempts.map((maxAttempts) => clients.s3({ maxAttempts }));
			for (let round = 0; round < 3; round++) {
				expect(attempts.every((maxAttempts, index) => clients.s3({ maxAttempts }) === built[index])).toBe(true);
			}
		}));

	test("takes the identity that a call names, also where a loop over its names does not show it", () =>
		inScope(async () => {
			const scoped = clients.s3({ maxAttempts: 5 });
			const other = tenant("AKIDOTHER");
			const named = clients.s3({ maxAttempts: 5, session: other });
			expect(clients.s3({ maxAttempts: 5, session: other })).toBe(named);
			const hidden = Object.defineProperty({ maxAttempts: 5 }, "session", { value: other });
			expect(clients.s3(hidden)).toBe(named);
			const inherited = Object.assign(Object.create({ session: other }) as object, { maxAttempts: 5 });
			expect(clients.s3(inherited)).toBe(named);
			expect(clients.s3({ maxAttempts: 5 })).toBe(scoped);
			expect([await keyOf(scoped), await keyOf(named)]).toEqual(["AKIDFIRST", "AKIDOTHER"]);
			const lost = Object.defineProperty({ maxAttempts: 5 }, "account", { value: undefined });
			expect(() => clients.s3(lost as never)).toThrow("account: undefined");
		}));

	test("belongs to the scope of each call, and to its region and defaults", () => {
		const call = () => clients.s3({ maxAttempts: 5 });
		const first = inScope(call);
		const second = runInAwsScope({ session: tenant("AKIDSECOND"), region: "eu-central-1" }, call);
		const elsewhere = runInAwsScope({ session: tenant("AKIDFIRST"), region: "us-east-1" }, call);
		const other = inScope(() => runInAwsScope({ clientDefaults: { useFipsEndpoint: true } }, call));
		expect(new Set([first, second, elsewhere, other]).size).toBe(4);
		expect(inScope(call)).toBe(first);
	});

	test("goes by the identity of a scope that was bound after a call in it", async () => {
		const named = tenant("AKIDNAMED");
		await runInAwsScope({ bindLater: true }, async () => {
			const early = clients.s3({ maxAttempts: 5, session: named, region: "eu-west-1" });
			expect(() => clients.s3({ maxAttempts: 5, region: "eu-west-1" })).toThrow("bindAwsScope()");
			bindAwsScope({ session: tenant("AKIDBOUND"), region: "eu-west-1" });
			expect(clients.s3({ maxAttempts: 5, session: named })).toBe(early);
			expect(await keyOf(clients.s3({ maxAttempts: 5 }))).toBe("AKIDBOUND");
		});
	});

	test("shows no text of its options to whoever inspects the home", () =>
		inScope(() => {
			const endpoint = "https://user:hunter2-secret@example.com";
			clients.s3({ endpoint, maxAttempts: 5 });
			clients.s3({ endpoint, maxAttempts: 5 });
			const home = (globalThis as never)[Symbol.for("aws-scope/1")] as { slots: Map<string, unknown> };
			const shown = inspect(home.slots.get("memos"), { depth: 12, showHidden: true });
			expect(shown).not.toContain("hunter2");
		}));
});

describe("every warm call", () => {
	const calls = {
		"by region": () => clients.s3("eu-west-1"),
		"without arguments": () => clients.s3(),
		"by options": () => clients.s3({ region: "eu-west-1", maxAttempts: 5 }),
		"by class": () => client(S3, "eu-west-1"),
	};

	test.each(Object.entries(calls))("%s follows changed settings", (_name, call) =>
		inScope(async () => {
			const before = call();
			expect(call()).toBe(before);
			configure({ clientDefaults: { useDualstackEndpoint: true } });
			expect(await call().config.useDualstackEndpoint()).toBe(true);
		}),
	);

	test.each(Object.entries(calls))("%s builds anew what was evicted", (_name, call) =>
		inScope(() => {
			configure({ maxClients: 1 });
			const before = call();
			clients.dynamodb("us-east-1");
			clients.dynamodb("us-west-2");
			expect(call()).not.toBe(before);
			expect(stats().clients).toBe(1);
		}),
	);

	test("gives a client of the class that was asked for, whichever copy of the package is asked", async () => {
		vi.resetModules();
		const copy = await import("../../src/index.js");
		expect(copy.client).not.toBe(client);
		inScope(() => {
			expect(client(DynamoDB)).toBeInstanceOf(DynamoDB);
			expect(copy.client(S3)).toBeInstanceOf(S3);
			expect(client(DynamoDB)).toBeInstanceOf(DynamoDB);
			expect(copy.client(DynamoDB)).toBe(client(DynamoDB));
		});
	});
});
