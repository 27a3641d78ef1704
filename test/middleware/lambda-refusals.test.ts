/** An event that names no tenant, several or a malformed one is refused by name, and so is a wrong argument. */

import { describe, expect, test } from "vitest";
import {
	tenantOfAttribute,
	tenantOfClaim,
	tenantOfContext,
	tenantOfHeader,
	tenantOfValue,
	tenantTags,
} from "../../middleware/lambda.js";
import { errors } from "../../src/index.js";
import { any } from "../helpers/refusals.js";
import { appSync, detail, headers, isolated, jwt, key, rest, sns, sqs } from "./lambda-events.js";

const CLAIM = "custom:tenant";

describe("no tenant's id is taken", () => {
	test.each<[what: string, says: RegExp, call: () => string]>([
		["without tenant isolation", /found no tenant; invoke a function in/, () => tenantOfContext(isolated(undefined))],
		["from no context", /no tenant/, () => tenantOfContext(any(undefined))],
		[
			"without authorizer",
			/no tenant; configure the authorizer/,
			() => tenantOfClaim(any({ requestContext: {} }), CLAIM),
		],
		["from REST API without authorizer", /no tenant/, () => tenantOfClaim(rest(null), CLAIM)],
		[
			"from another claim",
			/tenantOfClaim\(event, "tenant"\) found no/,
			() => tenantOfClaim(jwt({ t: "acme" }), "tenant"),
		],
		["from a claim that is null", /found null/, () => tenantOfClaim(jwt({ tenant: null }), "tenant")],
		["from AppSync without a caller", /no tenant/, () => tenantOfClaim(appSync(null), "tenant")],
		[
			"from AppSync, beside the claims",
			/no tenant/,
			() => tenantOfClaim(appSync({ tenant: "acme", claims: {} }), "tenant"),
		],
		["from a number", /a value of type number/, () => tenantOfClaim(jwt({ tenant: 42 }), "tenant")],
		["from a list", /a string of 11 char/, () => tenantOfClaim(jwt({ tenant: "[acme blum]" }), "tenant")],
		[
			"from two authorizers",
			/2 tenants/,
			() => tenantOfClaim(rest({ tenant: "acme", claims: { tenant: "acme" } }), "tenant"),
		],
		[
			"from another header",
			/no tenant; send the header/,
			() => tenantOfHeader(headers({ "y-tenant": "a" }), "x-tenant"),
		],
		["from no headers", /no tenant/, () => tenantOfHeader(headers(null, null), "x-tenant")],
		[
			"from a header that an HTTP API has joined",
			/2 tenants/,
			() => tenantOfHeader(headers({ "x-tenant": "acme,blum" }), "x-tenant"),
		],
		[
			"from a header sent twice",
			/2 tenants/,
			() => tenantOfHeader(headers({ "x-tenant": "blum" }, { "x-tenant": ["acme", "blum"] }), "x-tenant"),
		],
		[
			"from a header sent twice with one value",
			/2 tenants/,
			() => tenantOfHeader(headers({ "x-tenant": "acme" }, { "x-tenant": ["acme", "acme"] }), "x-tenant"),
		],
		[
			"from a header sent in two cases",
			/2 tenants/,
			() => tenantOfHeader(headers({ "x-tenant": "acme", "X-Tenant": "blum" }), "x-tenant"),
		],
		[
			"from two maps that contradict each other",
			/2 tenants/,
			() => tenantOfHeader(headers({ "x-tenant": "acme" }, { "x-tenant": ["blum"] }), "x-tenant"),
		],
		["from an empty header", /a string of 0 char/, () => tenantOfHeader(headers({ "x-tenant": "" }), "x-tenant")],
		[
			"from a pattern that would allow commas in a header",
			/2 tenants/,
			() => tenantOfHeader(headers({ "x-tenant": "a,b" }), "x-tenant", { pattern: /.+/ }),
		],
		[
			"from a message's number",
			/type object/,
			() => tenantOfAttribute(sqs({ stringValue: "42", dataType: "Number" }), "tenant"),
		],
		[
			"from a message's bytes",
			/type object/,
			() => tenantOfAttribute(sqs({ binaryValue: "YWNtZQ==", dataType: "Binary" }), "tenant"),
		],
		["from a message without types", /type object/, () => tenantOfAttribute(sqs({ stringValue: "acme" }), "tenant")],
		[
			"from a notice's list",
			/type object/,
			() => tenantOfAttribute(sns({ Type: "String.Array", Value: "acme" }), "tenant"),
		],
		["from a key that is a number", /type object/, () => tenantOfAttribute(key({ N: "42" }), "tenant")],
		[
			"from the event instead of a record",
			/no tenant; pass one record/,
			() => tenantOfAttribute(any({ Records: [sqs({ stringValue: "acme", dataType: "String" })] }), "tenant"),
		],
		[
			"from two places of a record",
			/2 tenants/,
			() =>
				tenantOfAttribute({ ...sqs({ stringValue: "a", dataType: "String" }), ...detail({ tenant: "a" }) }, "tenant"),
		],
		["from a path that ends early", /no tenant/, () => tenantOfAttribute(detail({ order: "acme" }), "order.tenant")],
		["from a path that ends late", /type object/, () => tenantOfAttribute(detail({ order: { tenant: "a" } }), "order")],
		["from nothing", /tenantOfValue\(\) found no tenant/, () => tenantOfValue(undefined)],
		["from 129 characters", /a string of 129 char/, () => tenantOfValue("x".repeat(129))],
		["from 257 characters, whatever the pattern", /of 257/, () => tenantOfValue("x".repeat(257), { pattern: /x+/ })],
	])("%s", (_, says, call) => {
		expect(call).toThrow(errors.TenantNotFoundError);
		expect(call).toThrow(says);
		expect(call).toThrow(expect.objectContaining({ code: "TENANT_NOT_FOUND" }));
	});

	test.each([
		"",
		" ",
		"acme corp",
		"acme\n",
		"\nacme",
		"-acme",
		"../acme",
		"acme/../blum",
		"a:b",
		"*",
		"$x",
		"ácme",
		"a\0",
	])("when it is %j", (id) => {
		expect(() => tenantOfContext(isolated(id))).toThrow(errors.TenantNotFoundError);
	});

	test("and a message shows nothing of a value that may be a secret", () => {
		const secret = "Bearer eyJhbGciOi";
		const call = () => tenantOfHeader(headers({ authorization: secret }), "authorization");
		expect(call).toThrow(
			'tenantOfHeader(event, "authorization") found a string of 17 characters that does not match /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/; send the header once.',
		);
	});
});

describe("what every object inherits", () => {
	const members = Object.getOwnPropertyNames(Object.prototype);

	test.each(members)("is no tenant's name: %s", (name) => {
		expect(() => tenantOfValue(name, { pattern: /\w+/ })).toThrow(/the name of a property that every object has/);
	});

	test.each(members)("is found in no event: %s", (name) => {
		for (const call of [
			() => tenantOfClaim(jwt({}), name),
			() => tenantOfHeader(headers({}, {}), name),
			() => tenantOfAttribute({ messageAttributes: {}, Sns: { MessageAttributes: {} }, detail: {} }, name),
		]) {
			expect(call).toThrow(/found no tenant/);
		}
	});

	test("does not hide or lend what JSON really holds", () => {
		const claims = JSON.parse('{ "__proto__": "acme" }');
		expect(tenantOfClaim(jwt(claims), "__proto__")).toBe("acme");
		const lent = JSON.parse('{ "__proto__": { "tenant": "acme" } }');
		expect(() => tenantOfClaim(jwt(lent), "tenant")).toThrow(/found no tenant/);
		expect(() => tenantOfContext(Object.create({ tenantId: "acme" }))).toThrow(/found no tenant/);
	});
});

describe("a pattern", () => {
	const is = (value: string, pattern: RegExp) => () => tenantOfValue(value, { pattern });

	test("may allow what the default does not, and refuse what it allows", () => {
		expect(is("org:acme/1", /org:[\w/]+/)()).toBe("org:acme/1");
		expect(is("acme", /org:[\w/]+/)).toThrow(/does not match/);
	});

	test("is for the whole id, with or without anchors", () => {
		for (const pattern of [/[a-z]+/, /^[a-z]+$/, /x|[a-z]+/, /^[a-z]+$/m, /(?<id>[a-z]+)/u]) {
			expect(is("acme", pattern)()).toBe("acme");
			for (const id of ["acme\nblum", "acme1", "1acme", "acme\n"]) expect(is(id, pattern)).toThrow(/does not match/);
		}
	});

	test.each([/[a-z]+/g, /[a-z]+/y])("remembers nothing of earlier calls: %s", (pattern) => {
		for (let turn = 0; turn < 3; turn++) expect(is("acme", pattern)()).toBe("acme");
		expect(pattern.lastIndex).toBe(0);
	});

	test("keeps its flag for capitals", () => {
		expect(is("ACME", /[a-z]+/i)()).toBe("ACME");
	});
});

test.each<[what: string, says: RegExp, call: () => unknown]>([
	[
		"a pattern that is text",
		/\{ pattern \} takes a RegExp, not a string of 1 characters/,
		() => tenantOfValue("a", { pattern: any("a") }),
	],
	[
		"an unknown option",
		/tenantOfValue\(\) has no option "patern"; it takes pattern/,
		() => tenantOfValue("a", any({ patern: /b/ })),
	],
	["options that are null", /takes an options object, not null/, () => tenantOfValue("a", any(null))],
	["a pattern in the place of options", /takes an options object, not text/, () => tenantOfValue("a", any("a"))],
	["no name of a claim", /takes a name as its second argument/, () => tenantOfClaim(jwt({}), any(undefined))],
	["an empty name of a header", /takes a name/, () => tenantOfHeader(headers({}), "")],
	["a name that is a number", /not a value of type number/, () => tenantOfAttribute(detail({}), any(1))],
	["an empty tenant as a tag", /a tenant of 1 to 256/, () => tenantTags("")],
	["a blank tenant as a tag", /a tenant of 1 to 256/, () => tenantTags("  ")],
	["no tenant as a tag", /not undefined/, () => tenantTags(any(undefined))],
	["a tenant that policies would read as a pattern", /a tenant of/, () => tenantTags("*")],
	["a tag of AWS's own", /without aws: in front/, () => tenantTags("acme", "AWS:tenant")],
	["an empty key of a tag", /a key of 1 to 128/, () => tenantTags("acme", "")],
])("%s is refused as an argument", (_, says, call) => {
	expect(call).toThrow(errors.InvalidOptionError);
	expect(call).toThrow(says);
});
