/** S3's region redirects are followed by the requests that got one; a client's region is what it was asked for, before, while and after. */

import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalRequest, type LocalResponse, resetAwsScope } from "../../local-aws/index.js";
import { clients, followingClient, runInAwsScope } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";

const [A, B] = [tenant(0), tenant(1)] as const;
const [HOME, AWAY, FAR] = ["us-east-1", "eu-west-3", "ap-south-1"];

/** Buckets named for their region: whoever asks elsewhere is sent there. */
function answer({ region, path }: LocalRequest): LocalResponse {
	const bucket = /^\/([a-z0-9-]+)\./.exec(path)?.[1] as string;
	if (region === bucket) return { body: region };
	return {
		status: 301,
		headers: { "x-amz-bucket-region": bucket, "content-type": "application/xml" },
		body: "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>",
	};
}

let held: Map<string, ReturnType<typeof gate>>;
let arrived: string[];
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({
		tenants: 2,
		handlers: {
			s3: async (request) => {
				const gateOf = held.get(request.path);
				if (gateOf !== undefined && request.path.startsWith(`/${request.region}`)) {
					arrived.push(request.path);
					await gateOf.opened;
				}
				return answer(request);
			},
		},
	});
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	[held, arrived] = [new Map(), []];
});
afterEach(() => resetAwsScope());

const inScope = <Result>(fn: () => Result): Result => runInAwsScope({ account: A, accounts: all.accounts }, fn);
const s3 = () => clients.s3({ region: HOME, followRegionRedirects: true, forcePathStyle: true, maxAttempts: 1 });
const get = async (Bucket: string, Key = "key") => (await s3().getObject({ Bucket, Key })).Body?.transformToString();

test("several at once on one client: each is answered by its own region, and the client keeps the region it was asked for", () =>
	inScope(async () => {
		const [first, second] = [gate(), gate()];
		held.set(`/${AWAY}.b/first`, first).set(`/${FAR}.b/second`, second);
		const one = get(`${AWAY}.b`, "first");
		await eventually(() => expect(arrived).toHaveLength(1));
		const two = get(`${FAR}.b`, "second");
		await eventually(() => expect(arrived).toHaveLength(2));
		// Both are under way in their regions.
		expect(await s3().config.region()).toBe(HOME);
		expect(await get(`${HOME}.b`)).toBe(HOME);
		first.open();
		expect(await one).toBe(AWAY);
		expect(await s3().config.region()).toBe(HOME);
		second.open();
		expect(await two).toBe(FAR);
		expect(await s3().config.region()).toBe(HOME);
		expect(await get(`${HOME}.b`)).toBe(HOME);
	}));

test("200 requests of three regions' buckets at once are all answered", () =>
	inScope(async () => {
		const buckets = Array.from({ length: 200 }, (_, n) => [HOME, AWAY, FAR][n % 3] as string);
		expect(await Promise.all(buckets.map((region) => get(`${region}.b`)))).toEqual(buckets);
		expect(await s3().config.region()).toBe(HOME);
	}));

test("two tenants at once through one following client: each redirect is its own request's, signed by its own session", async () => {
	const files = followingClient(clients.s3, {
		region: HOME,
		followRegionRedirects: true,
		forcePathStyle: true,
		maxAttempts: 1,
	});
	files.middlewareStack.add((next) => (args) => next(args), { name: "ofLibrary", step: "build" });
	const as = <Result>(account: string, fn: () => Result): Result =>
		runInAwsScope({ account, accounts: all.accounts }, fn);
	const read = (account: string, region: string, Key: string) =>
		as(account, async () => {
			const { Body } = await files.getObject({ Bucket: `${region}.${meantFor(account)}`, Key });
			return Body?.transformToString();
		});
	const [first, second] = [gate(), gate()];
	held.set(`/${AWAY}.${meantFor(A)}/first`, first).set(`/${FAR}.${meantFor(B)}/second`, second);
	const ofA = read(A, AWAY, "first");
	const ofB = read(B, FAR, "second");
	await eventually(() => expect(arrived).toHaveLength(2));
	for (const account of [A, B]) {
		expect(await as(account, () => files.config.region())).toBe(HOME);
		expect(await read(account, HOME, "key")).toBe(HOME);
	}
	second.open();
	first.open();
	expect([await ofA, await ofB]).toEqual([AWAY, FAR]);
	const accounts = [A, B];
	const regions = Array.from({ length: 200 }, (_, n) => [HOME, AWAY, FAR][n % 3] as string);
	expect(await Promise.all(regions.map((region, n) => read(accounts[n % 2] as string, region, "key")))).toEqual(
		regions,
	);
	expect(all.wrong()).toEqual([]);
});

test("what is presigned beside a redirect is for the client's region", () =>
	inScope(async () => {
		const wait = gate();
		held.set(`/${AWAY}.b/key`, wait);
		const redirected = get(`${AWAY}.b`);
		await eventually(() => expect(arrived).toHaveLength(1));
		const client = s3();
		const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: `${HOME}.b`, Key: "key" }));
		const { fields } = await createPresignedPost(client, { Bucket: `${HOME}.b`, Key: "key" });
		wait.open();
		expect(await redirected).toBe(AWAY);
		expect(decodeURIComponent(url)).toContain(`/${HOME}/s3/aws4_request`);
		expect(fields["X-Amz-Credential"]).toContain(`/${HOME}/s3/aws4_request`);
	}));

test("a client that does not follow redirects gives the refusal, as the SDK does", () =>
	inScope(async () => {
		const refused = clients.s3({ region: HOME, forcePathStyle: true }).getObject({ Bucket: `${AWAY}.b`, Key: "key" });
		await expect(refused).rejects.toMatchObject({ name: "PermanentRedirect" });
	}));

test("a redirect leads to the other region's own host", () =>
	inScope(async () => {
		const hosts: string[] = [];
		const requestHandler = {
			metadata: { handlerProtocol: "http/1.1" },
			async handle({ hostname }: { hostname: string }) {
				hosts.push(hostname);
				const here = hostname.includes(AWAY);
				const headers = here ? {} : { "x-amz-bucket-region": AWAY };
				return { response: { statusCode: here ? 200 : 301, headers, body: Readable.from([]) } };
			},
			destroy: () => undefined,
			updateHttpClientConfig: () => undefined,
			httpHandlerConfigs: () => ({}),
		};
		const client = clients.s3({
			region: HOME,
			followRegionRedirects: true,
			ignoreConfiguredEndpointUrls: true,
			requestHandler,
		} as object);
		await client.getObject({ Bucket: "bucket", Key: "key" });
		await client.headBucket({ Bucket: "bucket" });
		const [asked, led] = ["bucket.s3.us-east-1.amazonaws.com", "bucket.s3.eu-west-3.amazonaws.com"];
		expect(hosts).toEqual([asked, led, asked, led]);
	}));
