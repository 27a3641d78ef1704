/** Enough of S3 for the tests of resources: a bucket of so many objects, listed, deleted and read. */

import type { LocalHandler, LocalResponse } from "../../local-aws/index.js";

const xml = (body: string): LocalResponse => ({ headers: { "content-type": "application/xml" }, body });

/** Every bucket has `count` objects, `000000`, `000001`, … */
export function s3With(count: number, refused: readonly string[] = []): LocalHandler {
	const keys = Array.from({ length: count }, (_, index) => String(index).padStart(6, "0"));
	return ({ method, query, body, identity, path }) => {
		const text = Buffer.from(body).toString();
		if (method === "POST" && "delete" in query) {
			const asked = [...text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key as string);
			const errors = asked
				.filter((key) => refused.includes(key))
				.map((key) => `<Error><Key>${key}</Key><Code>AccessDenied</Code><Message>no</Message></Error>`);
			return xml(`<DeleteResult>${errors.join("")}</DeleteResult>`);
		}
		if (method === "HEAD") return { headers: { "content-length": "7", etag: '"e"' } };
		if (method === "GET" && /^\/[^/]+\/.+/.test(path)) return { body: identity.accountId };
		if (method === "GET") {
			const { marker = "", "max-keys": size = "1000", prefix = "" } = query as Record<string, string>;
			const left = keys.filter((key) => key > marker && key.startsWith(prefix));
			const page = left.slice(0, Number(size));
			const contents = page.map(
				(key) =>
					`<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag><StorageClass>STANDARD</StorageClass></Contents>`,
			);
			return xml(
				`<ListBucketResult><IsTruncated>${left.length > page.length}</IsTruncated>${contents.join("")}</ListBucketResult>`,
			);
		}
		return {};
	};
}
