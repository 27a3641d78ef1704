/** Whatever JSON an event holds and whatever a tag is made of: a valid result, or a named error. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	tenantOfAttribute,
	tenantOfClaim,
	tenantOfContext,
	tenantOfHeader,
	tenantOfValue,
	tenantTags,
} from "../../middleware/lambda.js";
import { assumeRole, errors } from "../../src/index.js";
import { any } from "../helpers/refusals.js";
import { scale } from "../helpers/scale.js";

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const NAMES = ["tenant", "__proto__", "constructor", "claims", "jwt", "a.b", "toString", "0"] as const;
const PARTS = ["requestContext", "authorizer", "claims", "lambda", "iam", "headers", "multiValueHeaders", "tenantId"];
const MORE = ["messageAttributes", "Sns", "MessageAttributes", "dynamodb", "Keys", "detail", "a", "b", "S"];
const TYPES = ["Type", "dataType", "Value", "stringValue", "toString", "length", "TENANT", "Tenant"];

const keys = fc.constantFrom(...NAMES, ...PARTS, ...MORE, ...TYPES);
const leaf = fc.oneof(fc.constantFrom("acme", "a,b", "String", "", "constructor", null, 7, true), fc.string());

/** An object by way of text, so that "__proto__" is a member like any other. */
const objectOf = (members: readonly (readonly [string, unknown])[]): object =>
	JSON.parse(`{${members.map(([at, of]) => `${JSON.stringify(at)}:${JSON.stringify(of)}`).join()}}`);

const { json } = fc.letrec((tie) => ({
	json: fc.oneof(
		{ maxDepth: 7 },
		leaf,
		fc.array(tie("json"), { maxLength: 3 }),
		fc.array(fc.tuple(keys, tie("json")), { maxLength: 6 }).map(objectOf),
	),
}));

type Read = (event: unknown, name: string) => string;

/** Each function, and the places where it looks. */
const readers: [string, Read, ...string[]][] = [
	["tenantOfContext", (event) => tenantOfContext(any(event)), "tenantId"],
	[
		"tenantOfClaim",
		(event, claim) => tenantOfClaim(any(event), claim),
		...["", ".claims", ".jwt.claims", ".lambda", ".iam"].map((place) => `requestContext.authorizer${place}`),
		...["identity.claims", "identity.resolverContext"],
	],
	["tenantOfHeader", (event, header) => tenantOfHeader(any(event), header), "headers", "multiValueHeaders"],
	[
		"tenantOfAttribute",
		(event, attribute) => tenantOfAttribute(any(event), attribute),
		...["messageAttributes", "Sns.MessageAttributes", "dynamodb.Keys", "detail", "detail.a"],
	],
	["tenantOfValue", (event) => tenantOfValue(event), ""],
];

test.each(readers)("%s gives an id that stands in the event, or the named error", (_, read, ...places) => {
	/** Arbitrary JSON, as it is, or at a place that is read. */
	const events = fc.constantFrom(...NAMES).chain((name) => {
		const path = fc.tuple(fc.constantFrom(...places), fc.subarray([name])).map(([place, tail]) => [place, ...tail]);
		const placed = fc.tuple(path, json).map(([path, inner]) =>
			path
				.join(".")
				.split(".")
				.filter(Boolean)
				.reduceRight<unknown>((of, at) => objectOf([[at, of]]), inner),
		);
		return fc.tuple(fc.constant(name), fc.oneof(json, fc.jsonValue(), placed, placed));
	});
	let found = 0;
	fc.assert(
		fc.property(events, ([name, event]) => {
			const before = JSON.stringify(event);
			try {
				const id = read(event, name);
				expect(id).toMatch(ID);
				expect(id in Object.prototype).toBe(false);
				expect(before).toContain(id);
				found++;
			} catch (error) {
				if (!(error instanceof errors.TenantNotFoundError)) throw error;
			}
			expect(JSON.stringify(event)).toBe(before);
		}),
		{ numRuns: scale(1_000, 10_000) },
	);
	expect(found, "ids found among them").toBeGreaterThan(scale(2, 20));
});

describe("session tags", () => {
	test("carry the tenant into this role and those assumed from it", () => {
		expect(tenantTags("acme")).toEqual({ tags: { TenantId: "acme" }, transitiveTagKeys: ["TenantId"] });
		expect(tenantTags("acme", "org")).toEqual({ tags: { org: "acme" }, transitiveTagKeys: ["org"] });
	});

	test("make one session per tenant", () => {
		const of = (tenant: string) => assumeRole({ account: "111111111111", role: "pool", ...tenantTags(tenant) });
		expect(of("acme")).toBe(of("acme"));
		expect(of("acme")).not.toBe(of("blum"));
	});

	test("are taken exactly when STS's rules, as assumeRole() has them, take them, and are not blank", () => {
		const taken = (call: () => unknown): boolean => {
			try {
				call();
				return true;
			} catch (error) {
				expect(error).toBeInstanceOf(errors.InvalidOptionError);
				return false;
			}
		};
		const some = fc.oneof(
			fc.string({ maxLength: 260 }),
			fc.string({ unit: "binary", maxLength: 20 }),
			fc.stringMatching(/^([aA]ws:)?[\w .:/=+@-]{0,140}$/),
			fc.constantFrom("__proto__", "\u2028", "a\n", "x".repeat(128), "x".repeat(129), "x".repeat(256), "x".repeat(257)),
		);
		fc.assert(
			fc.property(some, some, (tenant, name) => {
				const tags = Object.fromEntries([[name, tenant]]);
				const blank = tenant.trim() === "" || name.trim() === "";
				const ours = taken(() => tenantTags(tenant, name));
				expect(ours).toBe(!blank && taken(() => assumeRole({ account: "111111111111", role: "pool", tags })));
				if (ours) assumeRole({ account: "111111111111", role: "pool", ...tenantTags(tenant, name) });
			}),
			{ numRuns: scale(200, 2_000) },
		);
	});
});
