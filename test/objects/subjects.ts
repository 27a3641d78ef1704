/** Every public function that takes an object of options: what may be in it, and what the function makes of it. */

import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
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
import { Faults } from "../../src/testing/faults.js";
import { readSettings } from "../../src/testing/options.js";
import {
	A,
	accounts,
	clientDefaults,
	fastifyHook,
	keys,
	now,
	outer,
	partly,
	region,
	SCOPE_SUBJECTS,
	type Subject,
	tenants,
	text,
} from "./scope-subjects.js";

const role = partly(
	{
		account: text(A, "1"),
		role: text("Tenant", "a b"),
		from: fc.constantFrom(...tenants),
		externalId: text("external", "!"),
		sessionName: text("one", "two"),
		sourceIdentity: text("me"),
		tags: fc.dictionary(text("tenant", "team"), text("a", "b")),
		transitiveTagKeys: fc.subarray(["tenant"]),
		policy: fc.record({ Version: text("2012-10-17"), Statement: fc.array(fc.record({ Effect: text("Deny") })) }),
		policyArns: fc.subarray(["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
		durationSeconds: fc.constantFrom(900, 3_600, 5),
		mfa: fc.record({ serialNumber: text("arn:aws:iam::000000000001:mfa/me"), code: fc.constant(() => "123456") }),
		stsRegion: region,
		region,
	},
	["role"],
);
const credentials = partly(
	{
		...Object.fromEntries(Object.entries(keys("AKID")).map(([name, value]) => [name, fc.constant(value)])),
		sessionToken: text("t"),
		accountId: text(A),
	},
	["accessKeyId"],
);
const source = fc.oneof(
	partly({ credentials, region }, ["credentials"]),
	partly({ profile: text("dev", ""), region }),
	partly({
		webIdentityTokenFile: text("/token"),
		roleArn: text(`arn:aws:iam::${A}:role/R`),
		sessionName: text("me"),
		region,
	}),
);

const args = partly({
	region,
	session: fc.constantFrom(...tenants, undefined),
	account: fc.constant(A),
	profile: text("dev"),
	credentials,
	maxAttempts: fc.nat(3),
	forcePathStyle: fc.boolean(),
});

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
		options: role,
		nested: ["tags", "mfa", "policy"],
		make: now((given) => assumeRole(given).key),
	},
	{
		name: "accountSessions(",
		options: role,
		nested: ["tags", "mfa", "policy"],
		make: (given) => {
			const made = accountSessions(given);
			return () => made(A).key;
		},
	},
	{ name: "session(", options: source, nested: ["credentials"], make: now((given) => session(given).key) },
	{
		name: "configure(",
		options: partly({
			requireScope: fc.constantFrom(true, false, undefined, 1),
			strayedClient: text("warn", "allow", "never"),
			region,
			accounts: fc.constant(accounts),
			clientDefaults,
			refresh: partly({ advisorySeconds: fc.nat(100), mandatorySeconds: fc.nat(10), soon: fc.nat() }),
			policy: text("lru", "lfu", "fifo"),
			maxClients: fc.nat(3),
			maxSessions: fc.nat(3),
			idleMs: fc.nat(3),
			strict: fc.constant(true),
		}),
		nested: ["clientDefaults", "refresh"],
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
		options: partly({ within: fc.constantFrom(0, 1, -1), now: fc.boolean() }),
		make: now((given) => close(given)),
	},
	{
		name: "new ClientCache(",
		options: partly({
			maxSize: fc.nat(3),
			policy: text("lru", "fifo"),
			dispose: fc.constantFrom(() => undefined, 1),
			size: fc.nat(),
		}),
		make: now((given) => {
			const { maxSize, policy } = new ClientCache(given);
			return [maxSize, policy];
		}),
	},
	{
		name: "tenantOfValue()",
		options: partly({ pattern: fc.constantFrom(/[a-z]+/, /\d+/, "a"), patern: fc.constant(/./) }),
		make: now((given) => tenantOfValue("acme", given)),
	},
	{
		name: "app.register(awsScope(",
		options: partly({ hook: text("preHandler", "onSend"), prefix: text("/a"), hooks: text("a") }),
		make: now((given) => fastifyHook({ session: tenants[0] } as never, given).name),
	},
	{
		name: "startLocalAws(",
		options: partly(
			{
				accounts: fc.constant([A]),
				region,
				port: fc.constantFrom(0, -1),
				keepAliveMs: fc.nat(2),
				handlers: fc.dictionary(
					text("sqs", "s3"),
					fc.constant(() => undefined),
				),
				credentialLifetime: partly({ minSeconds: fc.nat(2), overrideSeconds: fc.nat(2), max: fc.nat() }),
				acounts: fc.constant([A]),
			},
			["accounts"],
		),
		nested: ["credentialLifetime", "handlers"],
		make: now((given) => readSettings(given)),
	},
	{
		name: "fail(",
		options: partly(
			{
				kind: text("drop", "hang", "explode"),
				service: text("s3", "sts"),
				account: fc.constant(A),
				times: fc.nat(2),
				when: fc.nat(),
			},
			["kind"],
		),
		make: (given) => {
			const faults = new Faults();
			faults.add(given);
			return () => faults.take({ service: "s3", action: "", region: "", identity: { accountId: A } as never });
		},
	},
];
