/** Copies and signed URLs: what is sent, and what is left behind when something fails. */

import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LocalRequest, LocalResponse } from "../../local-aws/index.js";
import { s3 } from "../../resources/index.js";
import { copy } from "../../resources/s3/copy.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const asked: {
	readonly call: string;
	readonly source: string | undefined;
	readonly headers: LocalRequest["headers"];
}[] = [];
/** The call that is refused. */
const refused: string[] = [];
/** Calls that are answered only when the client has gone. */
const held: string[] = [];
const xml = (body: string): LocalResponse => ({ headers: { "content-type": "application/xml" }, body });

function answer({ method, query, headers }: LocalRequest): LocalResponse | Promise<LocalResponse> {
	const source = headers["x-amz-copy-source"];
	const part = (query as Record<string, string>)["partNumber"];
	const call = `${method}${part === undefined ? "" : ` part ${part}`}${"uploads" in query ? " uploads" : ""}`;
	asked.push({ call, source: source as string | undefined, headers });
	if (refused.includes(call)) {
		return { ...xml("<Error><Code>AccessDenied</Code><Message>no</Message></Error>"), status: 403 };
	}
	if (held.includes(call)) return new Promise<LocalResponse>(() => {});
	if (method === "HEAD") return { headers: { "content-length": "1000", etag: '"e"' } };
	if (method === "POST" && "uploads" in query)
		return xml("<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
	if (method === "POST") return xml("<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>");
	if (part !== undefined && source === undefined) return { headers: { etag: `"${part}"` } };
	if (part !== undefined) return xml(`<CopyPartResult><ETag>"${part}"</ETag></CopyPartResult>`);
	if (method === "DELETE") return { status: 204 };
	return xml("<CopyObjectResult><ETag>1</ETag></CopyObjectResult>");
}

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1, handlers: { s3: answer } });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	asked.length = 0;
	refused.length = 0;
	held.length = 0;
});

const object = () => s3.Object("to", "copy", { session: all.accounts(tenant(0)) });
const calls = (): string[] => asked.map(({ call }) => call);

describe("copy()", () => {
	test.each([
		["plain", "a/b.txt", undefined, "from/a/b.txt"],
		["a space and a plus", "a b+c", undefined, "from/a%20b%2Bc"],
		["reserved characters", "a?b#c&d=e%20", undefined, "from/a%3Fb%23c%26d%3De%2520"],
		["unicode", "größe/日本.txt", undefined, "from/gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC.txt"],
		["slashes at the ends", "/a//b/", undefined, "from//a//b/"],
		["a version", "a", "v/1+2", "from/a?versionId=v%2F1%2B2"],
	])("writes its source as S3 reads it: %s", async (_name, Key, VersionId, source) => {
		await object().copy({ Bucket: "from", Key, ...(VersionId === undefined ? {} : { VersionId }) });
		expect(asked.at(-1)?.source).toBe(source);
	});

	test("writes the source of an access point as an ARN", async () => {
		const bucket = `arn:aws:s3:us-east-1:${tenant(0)}:accesspoint/point`;
		const inputs: unknown[] = [];
		const client = {
			headObject: async () => ({ ContentLength: 1 }),
			copyObject: async (input: unknown) => ({ done: inputs.push(input) }),
		};
		await copy({ client, Bucket: "to", Key: "copy" }, { Bucket: bucket, Key: "a b" });
		expect(inputs).toEqual([{ Bucket: "to", Key: "copy", CopySource: `${bucket}/object/a%20b` }]);
	});

	test("reads the size of an encrypted source with the source's key", async () => {
		const CopySourceSSECustomerKey = Buffer.alloc(32).toString("base64");
		await object().copy(
			{ Bucket: "from", Key: "a" },
			{ params: { CopySourceSSECustomerAlgorithm: "AES256", CopySourceSSECustomerKey, RequestPayer: "requester" } },
		);
		expect(asked[0]?.headers).toMatchObject({
			"x-amz-server-side-encryption-customer-algorithm": "AES256",
			"x-amz-request-payer": "requester",
		});
		expect(asked[0]?.headers["x-amz-server-side-encryption-customer-key-md5"]).toBeDefined();
	});

	test("leaves no upload behind when a part fails, and begins no further part", async () => {
		refused.push("PUT part 2");
		const copying = object().copy({ Bucket: "from", Key: "a" }, { multipartThreshold: 1, partSize: 10 });
		expect((await failure(copying)).name).toBe("AccessDenied");
		expect(calls().at(-1)).toBe("DELETE");
		expect(calls().filter((call) => call.startsWith("PUT part")).length).toBeLessThan(20);
	});

	test("leaves no upload behind when it is aborted", async () => {
		const control = new AbortController();
		const copying = object().copy(
			{ Bucket: "from", Key: "a" },
			{ multipartThreshold: 1, partSize: 10, abortSignal: control.signal },
		);
		const failing = failure(copying);
		while (!calls().includes("PUT part 2")) await new Promise(setImmediate);
		control.abort();
		expect((await failing).name).toBe("AbortError");
		expect(calls().at(-1)).toBe("DELETE");
	});
});

describe("an upload that is aborted", () => {
	const MIB = 1024 ** 2;
	/** Half of its content never comes. */
	const stalled = () => {
		const body = new Readable({ read() {} });
		body.push(Buffer.alloc(6 * MIB));
		return body;
	};
	const bodies: Record<string, [body: () => Buffer | Readable, held: string]> = {
		"while a part is under way": [() => Buffer.alloc(11 * MIB), "PUT part 2"],
		"while its source is read": [stalled, "PUT part 1"],
		"while it is completed": [() => Buffer.alloc(11 * MIB), "POST"],
	};
	test.each(Object.entries(bodies))("%s has left nothing behind when it fails", async (_name, [body, hold]) => {
		held.push(hold);
		const control = new AbortController();
		const failing = failure(object().uploadFileobj(body(), { abortSignal: control.signal }));
		while (!calls().includes(hold)) await new Promise(setImmediate);
		control.abort();
		expect((await failing).name).toBe("AbortError");
		expect(calls().at(-1)).toBe("DELETE");
	});

	test("is not sent where it is small, and ends its request", async () => {
		held.push("PUT");
		const control = new AbortController();
		const failing = failure(object().uploadFileobj("text", { abortSignal: control.signal }));
		while (!calls().includes("PUT")) await new Promise(setImmediate);
		control.abort();
		expect((await failing).name).toBe("AbortError");
		expect(calls()).toEqual(["PUT"]);
	});
});

describe("presignedUrl()", () => {
	const signed: Record<string, [sign: () => Promise<string>, wanted: RegExp]> = {
		uploadPart: [
			() => object().presignedUrl({ operation: "uploadPart", params: { UploadId: "u", PartNumber: 2 } }),
			/partNumber=2.*uploadId=u/,
		],
		createMultipartUpload: [() => object().presignedUrl({ operation: "createMultipartUpload" }), /uploads/],
		getObjectTagging: [() => object().presignedUrl({ operation: "getObjectTagging" }), /tagging/],
		putObject: [() => object().presignedUrl({ operation: "putObject", expiresIn: 60 }), /X-Amz-Expires=60/],
		getObject: [
			() => object().presignedUrl({ params: { ResponseContentType: "text/plain" } }),
			/response-content-type=text/,
		],
	};
	test.each(Object.entries(signed))("signs %s, and sends nothing", async (_name, [sign, wanted]) => {
		const url = await sign();
		expect(url).toMatch(wanted);
		expect(url).toContain("X-Amz-Signature=");
		expect(asked).toEqual([]);
	});

	test("refuses an operation that is none of an object's", async () => {
		const error = await failure(object().presignedUrl({ operation: "listBuckets" as never }));
		expect(error.message).toContain("presignedUrl() supports abortMultipartUpload, ");
	});
});
