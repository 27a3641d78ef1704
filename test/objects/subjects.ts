/** Every public function that takes an options object: what may be in it, and what the function makes of it. */

import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { Faults } from "../../local-aws/faults.js";
import { readSettings } from "../../local-aws/options.js";
import { tenantOfValue } from "../../middleware/lambda.js";
import { settings } from "../../src/home/settings.js";
import {
	accountSessions,
	assumeRole,
	ClientCache,
	client,
	clientKey,
	clients,
	close,
	configure,
	defineClients,
	runInAwsScope,
	session,
} from "../../src/index.js";
import {
	A,
	accounts,
	clientDefaults,
	fastifyHook,
	now,
	outer,
	partly,
	region,
	SCOPE_SUBJECTS,
	type Subject,
	tenants,
	text,
} from "./scope-subjects.js";

const role = {
	from: fc.constantFrom(...tenants),
	externalId: text("external"),
	sessionName: text("one", "two"),
	sourceIdentity: text("me"),
	tags: partly({ tenant: text("a", "b"), team: text("c") }, { "aws:tenant": "a", tenant: 1 }),
	policy: fc.record({ Version: text("2012-10-17"), Statement: fc.array(fc.record({ Effect: text("Deny") })) }),
	policyArns: fc.subarray(["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
	durationSeconds: fc.constantFrom(900, 3_600),
	mfa: partly(
		{ serialNumber: text("arn:aws:iam::000000000001:mfa/me"), code: fc.constant(() => "123456") },
		{ serialNumber: "", device: "x" },
		["serialNumber", "code"],
	),
	stsRegion: region,
	region,
};
const wrongRole = {
	externalId: "!",
	sessionName: "a b",
	durationSeconds: 5,
	from: undefined,
	transitiveTagKeys: ["none"],
};
const credentials = partly(
	{
		accessKeyId: text("AKIDONE", "AKIDTWO"),
		secretAccessKey: text("example"),
		sessionToken: text("t"),
		accountId: text(A),
	},
	{ accessKeyId: undefined },
	["accessKeyId", "secretAccessKey"],
);
const token = { webIdentityTokenFile: text("/token"), roleArn: text(`arn:aws:iam::${A}:role/R`) };
const limits = { durationSeconds: role.durationSeconds, policy: role.policy, policyArns: role.policyArns };
const code = partly({ code: fc.constant(() => "123456") }, { code: "123456", serialNumber: "x" }, ["code"]);
const source = fc.oneof(
	partly({ credentials, region }, { profile: "dev", key: "AKID", mfa: {} }, ["credentials"]),
	partly({ profile: text("dev", "test"), mfa: code, region }, { profile: "", roleArn: "x", mfa: null }, ["profile"]),
	partly(
		{ ...token, ...limits, sessionName: text("me"), region },
		{ sessionName: "", durationSeconds: 5 },
		Object.keys(token),
	),
);

const options = { region, maxAttempts: fc.nat(3), forcePathStyle: fc.boolean() };
const wrongOptions = { region: "NOT A REGION", session: undefined, account: "1", profile: undefined };
const args = fc.oneof(
	partly(options, wrongOptions),
	partly({ ...options, session: fc.constantFrom(...tenants) }, wrongOptions, ["session"]),
	partly({ ...options, account: fc.constant(A) }, wrongOptions, ["account"]),
	partly({ ...options, credentials }, wrongOptions, ["credentials"]),
);

const inScope = (use: (given: never) => unknown): Subject => ({
	name: "",
	options: args,
	nested: ["credentials"],
	looksAgain: true,
	make: now((given) => runInAwsScope({ accounts, session: outer() }, () => use(given))),
});

/** All of them. */
export const SUBJECTS: readonly Subject[] = [
	...SCOPE_SUBJECTS,
	{
		name: "assumeRole(",
		options: partly({ ...role, account: text(A), role: text("Tenant") }, wrongRole, ["account", "role"]),
		nested: ["tags", "mfa", "policy"],
		make: now((given) => assumeRole(given).key),
	},
	{
		name: "accountSessions(",
		options: partly({ ...role, role: text("Tenant") }, { ...wrongRole, account: A }, ["role"]),
		nested: ["tags", "mfa", "policy"],
		make: (given) => {
			const made = accountSessions(given);
			return () => made(A).key;
		},
	},
	{
		name: "session(",
		options: source,
		nested: ["credentials", "mfa", "policy"],
		make: now((given) => session(given).key),
	},
	{
		name: "configure(",
		options: partly(
			{
				requireScope: fc.constantFrom(true, false, undefined),
				strayedClient: text("warn", "allow"),
				region,
				accounts: fc.constant(accounts),
				clientDefaults,
				sts: partly({ requestHandler: fc.constant({ requestTimeout: 1_000 }) }, { requestHandler: 1, region: "x" }),
				refresh: partly(
					{ advisorySeconds: fc.nat(100), mandatorySeconds: fc.nat(10) },
					{ soon: 1, advisorySeconds: -1 },
				),
				policy: text("lru", "lfu"),
				maxClients: fc.nat(3).map((most) => most + 1),
				idleMs: fc.nat(3).map((most) => most + 1),
			},
			{ requireScope: 1, strict: true, maxSessions: 0 },
		),
		nested: ["clientDefaults", "sts", "refresh"],
		make: (given) => {
			configure(given);
			return () => {
				const set = settings();
				configure(Object.fromEntries(Object.keys(set).map((name) => [name, undefined])));
				return set;
			};
		},
	},
	inScope((given) => clientKey(S3, given)),
	inScope((given) => clients.s3(given)),
	inScope((given) => client(S3, given)),
	inScope((given) => (tenants[0] as (typeof tenants)[0] & object).clients.s3(given)),
	{
		name: "defineClients()",
		options: fc.dictionary(text("files", "more"), fc.constant(S3)),
		make: now((given) => Object.keys(defineClients(given)).sort()),
	},
	{
		name: "close(",
		options: partly({ within: fc.constantFrom(0, 1) }, { within: -1, now: true }),
		make: now((given) => close(given)),
	},
	{
		name: "new ClientCache(",
		options: partly(
			{ maxSize: fc.nat(3).map((most) => most + 1), policy: text("lru", "lfu"), dispose: fc.constant(() => undefined) },
			{ maxSize: 0, size: 1, dispose: 1 },
			["maxSize"],
		),
		make: now((given) => {
			const { maxSize, policy } = new ClientCache(given);
			return [maxSize, policy];
		}),
	},
	{
		name: "tenantOfValue()",
		options: partly({ pattern: fc.constantFrom(/[a-z]+/, /\d+/) }, { pattern: "a", patern: /./ }),
		make: now((given) => tenantOfValue("acme", given)),
	},
	{
		name: "app.register(awsScope(",
		options: partly({ hook: text("preHandler", "preParsing"), prefix: text("/a") }, { hook: "onSend", hooks: "a" }),
		make: now((given) => fastifyHook({ session: tenants[0] } as never, given).name),
	},
	{
		name: "startLocalAws(",
		options: partly(
			{
				accounts: fc.constant([A]),
				region,
				port: fc.constantFrom(0, 1),
				keepAliveMs: fc.nat(2).map((most) => most + 1),
				handlers: fc.record(
					{ sqs: fc.constant(() => undefined), s3: fc.constant(() => undefined) },
					{ requiredKeys: [] },
				),
				credentialLifetime: partly({ minSeconds: fc.constantFrom(1, 2), overrideSeconds: fc.constant(1) }, { max: 1 }),
			},
			{ acounts: [A], port: -1, accounts: [] },
			["accounts"],
		),
		nested: ["credentialLifetime", "handlers"],
		make: now((given) => readSettings(given)),
	},
	{
		name: "fail(",
		options: partly(
			{
				kind: text("drop", "hang"),
				service: text("s3", "sts"),
				account: fc.constant(A),
				times: fc.nat(2).map((most) => most + 1),
			},
			{ kind: "explode", times: 0, when: 1 },
			["kind"],
		),
		make: (given) => {
			const faults = new Faults();
			faults.add(given);
			return () => faults.take({ service: "s3", action: "", region: "", identity: { accountId: A } as never });
		},
	},
];
