/** A resource acts as the identity under which it was obtained, and nothing makes it act as another. */

import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DynamoDB, dynamodb, iam, type S3, s3 } from "../../resources/index.js";
import { bindAwsScope, configure, errors, runInAwsScope, withAwsScope } from "../../src/index.js";
import { meantFor, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { s3With } from "./objects.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
/** What was sent. */
const bodies: string[] = [];
beforeAll(async () => {
	all = await startTenants({
		tenants: 20,
		handlers: { s3: s3With(25) },
		before: ({ body }) => void bodies.push(Buffer.from(body).toString()),
	});
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
	bodies.length = 0;
	all.aws.resetCounts();
});
afterEach(() => {
	configure({ strayedClient: undefined, requireScope: undefined });
});

const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);

const signers = (): string[] => [...new Set(all.seen.map(({ account }) => account))];

describe("whose requests a resource makes", () => {
	test("those of the scope in which it was obtained", async () => {
		await as(A, () => s3.Bucket(meantFor(A)).objects.toArray());
		await as(B, () => dynamodb.Table(meantFor(B)).load());
		expect(all.seen.map(({ account, meant }) => [account, meant])).toEqual([
			[A, A],
			[B, B],
		]);
	});

	test("those of the session or account that the call names, wherever it is used", async () => {
		const ofA = as(B, () => s3.Bucket(meantFor(A), { session: all.accounts(A) }));
		const tables = as(B, () => dynamodb.Table(meantFor(A), { account: A }));
		await as(B, async () => {
			await ofA.objects.toArray();
			await tables.load();
			await tables.getItem({ Key: { id: "1" } });
		});
		expect(signers()).toEqual([A]);
		expect(all.seen).toHaveLength(3);
	});

	test("everything that is reached from it is of the same identity", async () => {
		const bucket = s3.Bucket(meantFor(A), { session: all.accounts(A) });
		const [first] = await bucket.objects.limit(1).toArray();
		await as(B, async () => {
			await first?.get();
			await first?.Object().load();
			await first?.Bucket().Object("other").get();
		});
		expect(signers()).toEqual([A]);
		expect(all.wrong()).toEqual([]);
	});
});

describe("what is refused", () => {
	test("a lost scope", () => {
		as(A, () => {});
		expect(() => s3()).toThrow(errors.LostScopeError);
		expect(() => s3.Bucket("b")).toThrow(errors.LostScopeError);
	});

	test("an unbound scope, until it is bound", async () => {
		await withAwsScope(
			async () => {
				expect(() => dynamodb.Table("t")).toThrow(errors.UnboundScopeError);
				bindAwsScope({ account: A, accounts: all.accounts });
				await dynamodb.Table(meantFor(A)).load();
			},
			{ bindLater: true },
		)();
		expect(signers()).toEqual([A]);
	});

	test("a resource that strayed into another tenant's scope, before anything is sent", async () => {
		const bucket = as(A, () => s3.Bucket(meantFor(A)));
		const table = as(A, () => dynamodb.Table(meantFor(A)));
		const uses: (() => Promise<unknown>)[] = [
			() => bucket.objects.toArray(),
			() => bucket.objects.pages().next(),
			() => bucket.objects.all().delete(),
			() => bucket.putObject({ Key: "k" }),
			() => bucket.Object("k").load(),
			() => bucket.Object("k").get("contentLength"),
			() => bucket.Object("k").presignedUrl(),
			() => bucket.uploadFileobj("text", "k"),
			() => bucket.waitUntilExists(),
			() => table.load(),
			() => table.getItem({ Key: { id: "1" } }),
			() => table.waitUntilExists(),
			async () => {
				const batch = table.batchWriter();
				await batch.putItem({ Item: { id: "1" } });
				await batch.close();
			},
		];
		for (const use of uses) expect(await as(B, () => failure(use()))).toBeInstanceOf(errors.StrayedClientError);
		expect(all.seen).toEqual([]);
	});
});

describe("a collection", () => {
	test("begun in one tenant's scope and read on in another's stays its own", async () => {
		// Not given back by the scope's function, which would hand it out as its own.
		const begun: AsyncIterator<S3.ObjectSummary>[] = [];
		const keys: (string | undefined)[] = [];
		await as(A, async () => {
			const items = s3.Bucket(meantFor(A)).objects.pageSize(10)[Symbol.asyncIterator]();
			begun.push(items);
			keys.push((await items.next()).value?.key);
		});
		for (let turn = 1; turn < 25; turn += 1) {
			keys.push(await as(B, async () => (await begun[0]?.next())?.value?.key));
		}
		expect(keys).toEqual(Array.from({ length: 25 }, (_, index) => String(index).padStart(6, "0")));
		expect(all.seen.map(({ account }) => account)).toEqual([A, A, A]);
	});

	const drain = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
		const found: Item[] = [];
		for await (const item of items) found.push(item);
		return found;
	};
	type Objects = S3.Bucket["objects"];
	const reads: Record<string, (objects: Objects) => Promise<unknown[]>> = {
		"for await": drain,
		"pages()": async (objects) => (await drain(objects.pages())).flat(),
		"toArray()": (objects) => objects.toArray(),
		"a batch action": (objects) => objects.delete(),
		"all(), for await": (objects) => drain(objects.all()),
		"filter(), toArray()": (objects) => objects.filter({ Prefix: "0" }).toArray(),
		"limit(), pages()": (objects) => drain(objects.limit(3).pages()),
		"pageSize(), for await": (objects) => drain(objects.pageSize(3)),
	};
	const hands: Record<string, (get: () => Objects) => Objects | Promise<Objects>> = {
		"kept from one scope": (get) => {
			const kept: Objects[] = [];
			as(A, () => void kept.push(get()));
			return kept[0] as Objects;
		},
		"given back by a scoped function": (get) => as(A, get),
		"given back by an async one": (get) => as(A, async () => get()),
		"given back by a wrapped handler": (get) => withAwsScope(get, { account: A, accounts: all.accounts })(),
	};
	for (const [hand, hold] of Object.entries(hands)) {
		test.each(Object.entries(reads))(`${hand} is refused in another scope: %s`, async (_name, read) => {
			const objects = await hold(() => s3.Bucket(meantFor(A)).objects);
			expect(await as(B, () => failure(read(objects)))).toBeInstanceOf(errors.StrayedClientError);
			expect(all.seen).toEqual([]);
			// Outside every scope, and in its own, it is its own.
			expect((await read(objects)).length).toBeGreaterThan(0);
			expect((await as(A, () => read(objects))).length).toBeGreaterThan(0);
			expect((await as(A, () => as(B, () => read(objects)))).length).toBeGreaterThan(0);
			expect(signers()).toEqual([A]);
		});
	}

	test.each([
		["of items", (objects: Objects) => objects[Symbol.asyncIterator]()],
		["of pages", (objects: Objects) => objects.pages()],
	])("whose iterator %s a scoped function gives back is begun, and read on anywhere", async (_name, begin) => {
		const items = as(A, () => begin(s3.Bucket(meantFor(A)).objects.pageSize(10)));
		expect((await as(B, () => drain(items as AsyncIterableIterator<unknown>))).length).toBeGreaterThan(0);
		expect(all.seen.map(({ account }) => account)).toEqual([A, A, A]);
	});

	test("of a named session is read in any scope", async () => {
		const { objects } = as(B, () => s3.Bucket(meantFor(A), { session: all.accounts(A) }));
		for (const read of Object.values(reads)) await as(B, () => read(objects));
		expect(signers()).toEqual([A]);
	});

	test("gives resources of its own tenant, which another's scope refuses", async () => {
		const items = as(A, () => s3.Bucket(meantFor(A)).objects.all()[Symbol.asyncIterator]());
		const { value: object } = await as(B, () => items.next());
		expect(await as(B, () => failure(object?.get()))).toBeInstanceOf(errors.StrayedClientError);
	});
});

test("a batch writer that strayed sends nothing and keeps its writes, which its own scope sends", async () => {
	const kept: ReturnType<DynamoDB.Table["batchWriter"]>[] = [];
	await as(A, async () => {
		const batch = dynamodb.Table(meantFor(A)).batchWriter();
		kept.push(batch);
		await batch.putItem({ Item: { id: "1" } });
	});
	const batch = kept[0] as (typeof kept)[number];
	expect(await as(B, () => failure(batch.flush()))).toBeInstanceOf(errors.StrayedClientError);
	expect(all.seen).toEqual([]);
	expect(batch.unwritten).toHaveLength(1);
	await as(A, () => batch.close());
	expect(batch.unwritten).toEqual([]);
	expect(signers()).toEqual([A]);
});

test("a batch writer takes no write of another tenant's scope, which its own would send", async () => {
	const kept: ReturnType<DynamoDB.Table["batchWriter"]>[] = [];
	await as(A, async () => {
		const batch = dynamodb.Table(meantFor(A)).batchWriter({ overwriteByKeys: ["id"] });
		kept.push(batch);
		await batch.putItem({ Item: { id: "of A" } });
	});
	const batch = kept[0] as (typeof kept)[number];
	// Both at once: the write must not wait for a moment, either, in which the other one takes it along.
	const [put, remove] = as(B, () => [
		failure(batch.putItem({ Item: { id: "of B" } })),
		failure(batch.deleteItem({ Key: { id: "of A" } })),
	]);
	const closed = as(A, () => batch.close());
	expect(await put).toBeInstanceOf(errors.StrayedClientError);
	expect(await remove).toBeInstanceOf(errors.StrayedClientError);
	await closed;
	expect(batch.unwritten).toEqual([]);
	expect(all.seen.map(({ account, action }) => [account, action])).toEqual([[A, "BatchWriteItem"]]);
	expect(bodies.at(-1)).toContain("of A");
	expect(bodies.join()).not.toMatch(/of B|DeleteRequest/);
});

test("what is remembered of a warm call is never another tenant's: first calls of two tenants, in turns", async () => {
	const list = [A, B, A, B];
	await Promise.all(
		list.map((account) =>
			as(account, async () => {
				await Promise.resolve();
				const table = dynamodb.Table(meantFor(account));
				await new Promise(setImmediate);
				await table.getItem({ Key: { id: "1" } });
				await dynamodb.Table(meantFor(account), { account }).load();
				await s3({ session: all.accounts(account) })
					.Bucket(meantFor(account))
					.objects.toArray();
			}),
		),
	);
	expect(all.wrong()).toEqual([]);
	expect(all.seen).toHaveLength(12);
});

test("an attribute that is a secret is in no inspection, no JSON and no copy", async () => {
	const { value } = await s3
		.Bucket(meantFor(A), { session: all.accounts(A) })
		.objects[Symbol.asyncIterator]()
		.next();
	expect(value?.size).toBe(1);
	expect(inspect(value, { customInspect: false, showHidden: true })).not.toContain("STANDARD");
	expect(JSON.stringify({ ...value })).toBe("{}");
});

test("two resources are equal by type, identifiers, session and region", () => {
	const a = as(A, () => s3.Bucket("b"));
	expect(a.equals(as(A, () => s3.Bucket("b")))).toBe(true);
	expect(a.equals(as(A, () => s3().Bucket("b")))).toBe(true);
	expect(a.equals(s3.Bucket("b", { session: all.accounts(A) }))).toBe(true);
	expect(a.equals(as(B, () => s3.Bucket("b", { account: A })))).toBe(true);
	expect(a.equals(as(A, () => s3.Bucket("b", { account: A })))).toBe(true);
	expect(a.equals(as(A, () => s3.Bucket("c")))).toBe(false);
	expect(a.equals(as(B, () => s3.Bucket("b")))).toBe(false);
	expect(a.equals(as(A, () => s3.Bucket("b", "eu-west-1")))).toBe(false);
	expect(a.equals(as(A, () => s3.BucketAcl("b")))).toBe(false);
	expect(a.equals("b")).toBe(false);
});

test("inspection and JSON are short and show no secret", () => {
	const pair = iam.AccessKeyPair("ann", "AKIA1", "very-secret", { session: all.accounts(A) });
	const bucket = s3.Bucket("b", { session: all.accounts(A) });
	expect(inspect(pair)).toBe("iam.AccessKeyPair(userName: 'ann', id: 'AKIA1')");
	expect(JSON.stringify({ pair, bucket })).toBe('{"pair":{"userName":"ann","id":"AKIA1"},"bucket":{"name":"b"}}');
	expect(inspect({ list: [bucket], all: bucket.objects })).toBe(
		"{ list: [ s3.Bucket(name: 'b') ], all: Collection(s3.Bucket.objects) }",
	);
	expect(`${bucket}`).toBe("s3.Bucket(name: 'b')");
});

const TASKS = scale(200, 1_000);

test("interleaved tasks of 20 tenants over shared helpers: none is signed for another", async () => {
	const seed = runSeed();
	const read = async (account: string): Promise<void> => {
		const { Body } = await s3.Object(meantFor(account), "k").get();
		expect(await Body?.transformToString()).toBe(account);
	};
	const count = async (account: string): Promise<number> =>
		(await s3.Bucket(meantFor(account)).objects.toArray()).length;
	const item = async (account: string): Promise<unknown> =>
		(await dynamodb.Table(meantFor(account)).getItem({ Key: { id: "1" } })).Item?.["account"];
	const failures = await interleave(
		{ seed, invocations: TASKS, tenants: all.tenants, concurrency: 50 },
		({ tenant: account, other, chance, pause }) =>
			as(account, async () => {
				await pause();
				await read(account);
				await pause();
				if (chance(0.3)) {
					const neighbour = other();
					await as(neighbour, async () => expect(await item(neighbour)).toBe(neighbour));
				}
				expect(await count(account)).toBe(25);
				await pause();
				expect(await item(account)).toBe(account);
			}),
	);
	expect({ seed, failures, wrong: all.wrong() }).toEqual({ seed, failures: [], wrong: [] });
	expect(all.seen.filter(({ account }) => account === OWN)).toEqual([]);
	expect(all.seen.length).toBeGreaterThanOrEqual(3 * TASKS);
}, 120_000);
