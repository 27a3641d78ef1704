/** The functions that take a scope's spec, or a part of one. */

import { AsyncResource } from "node:async_hooks";
import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { awsScope as express } from "../../middleware/express.js";
import { awsScope as fastify } from "../../middleware/fastify.js";
import { awsScope as hono } from "../../middleware/hono.js";
import { awsScope as koa } from "../../middleware/koa.js";
import { awsScopeExecution, awsScope as middy, openAwsScope } from "../../middleware/middy.js";
import {
	accountSessions,
	assumeRole,
	bindAwsScope,
	client,
	clientKey,
	clients,
	currentAwsScope,
	runInAwsScope,
	session,
	withAwsScope,
} from "../../src/index.js";

export type Members = Readonly<Record<string, unknown>>;

/** One function; what comes out of it is what it makes of the options. */
export interface Subject {
	/** How its errors name it. */
	readonly name: string;
	readonly options: fc.Arbitrary<Members>;
	/** Is given the options at once; what it gives is called after they were written to. */
	readonly make: (given: never) => () => unknown;
	/** Members that are objects of options themselves. */
	readonly nested?: readonly string[];
	/** It is given a function, and what that gives is read when it has given it. */
	readonly asksLater?: true;
	/** It compares the options with those of earlier calls before it reads them. */
	readonly looksAgain?: true;
}

export const A = "000000000001";
export const keys = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: "example" });
export const outer = () => session({ credentials: keys("AKIDOUTER") });
export const tenants = [
	assumeRole({ account: A, role: "Tenant" }),
	session({ credentials: keys("AKIDTENANT"), region: "eu-west-1" }),
];
export const accounts = accountSessions({ role: "Tenant", externalId: "external" });
export const text = (...values: readonly string[]) => fc.constantFrom(...values);
export const region = text("eu-central-1", "us-east-1");

/** Some of the parts, all of those `needed`; one in six has something `wrong` in it. */
export const partly = (
	parts: Record<string, fc.Arbitrary<unknown>>,
	wrong: Members,
	needed: string[] = [],
): fc.Arbitrary<Members> => {
	const names = Object.keys(wrong);
	const mistake = fc.oneof(
		{ weight: 5, arbitrary: fc.constant({}) },
		{ weight: 1, arbitrary: fc.constantFrom(...names).map((name) => ({ [name]: wrong[name] })) },
	);
	return fc.tuple(fc.record(parts, { requiredKeys: needed }), mistake).map(([right, more]) => ({ ...right, ...more }));
};

export const clientDefaults = partly(
	{ maxAttempts: fc.nat(5), useFipsEndpoint: fc.boolean() },
	{ credentials: keys("AKID") },
);
const parts = { region, accounts: fc.constant(accounts), clientDefaults };
const wrong = { region: "NOT A REGION", session: undefined, account: undefined, acount: A, bindLater: "later" };
const spec = fc.oneof(
	partly({ session: fc.constantFrom(...tenants), ...parts }, { ...wrong, session: {}, account: A }, ["session"]),
	partly({ account: fc.constant(A), ...parts }, { ...wrong, account: "1" }, ["account", "accounts"]),
	partly(parts, wrong),
);
const scope = () => {
	const { session: own, account, region: named, clientDefaults: defaults } = currentAwsScope();
	return [own.key, account, named, defaults, clients.s3() === client(S3), clientKey(S3)];
};
/** For functions that are through with their options when they return. */
export const now =
	(use: (given: never) => unknown): Subject["make"] =>
	(given) => {
		const made = use(given);
		return () => made;
	};

const scoped = { options: spec, nested: ["clientDefaults"] } as const;
const request = { method: "GET", path: "/", headers: {} };
type Tell = () => void;

/** Waits for what a framework is told by `next()` or `done()`: to go on with the request, or of an error. */
const told = (tell: Tell, call: (next: (error?: unknown) => void) => void): Promise<void> =>
	new Promise((resolve, reject) => {
		call((error) => (error === undefined ? resolve(tell()) : reject(error)));
	});

/** A middleware in a scope of another session. */
const middleware = (open: (given: never) => (tell: Tell) => unknown): Subject => ({
	name: "awsScope()",
	...scoped,
	make: (given) => {
		const run = open(given);
		return () =>
			outer().run(async () => {
				let seen: unknown;
				await run(() => {
					seen = scope();
				});
				return seen;
			});
	},
});

interface FastifyHook {
	readonly name: string;
	run(tell: Tell): Promise<void>;
}

/** Registers Fastify's plugin, and calls its first hook as Fastify would. */
export function fastifyHook(given: never, options: object = {}): FastifyHook {
	const hooks: FastifyHook[] = [];
	const app = {
		hasRequestDecorator: () => true,
		decorateRequest: () => undefined,
		addHook: (name: string, hook: (...args: unknown[]) => void) => {
			hooks.push({ name, run: (tell) => told(tell, (done) => hook({ ...request }, {}, done)) });
		},
	};
	fastify(given)(app as never, options as never, (error) => {
		if (error !== undefined) throw error;
	});
	return hooks[0] as (typeof hooks)[0];
}

const opening = { options: partly(parts, wrong), nested: scoped.nested };
const bound = () => {
	bindAwsScope({ session: outer() });
	return scope();
};

export const SCOPE_SUBJECTS: readonly Subject[] = [
	{ name: "runInAwsScope()", ...scoped, make: now((given) => outer().run(() => runInAwsScope(given, scope))) },
	{
		name: "withAwsScope()",
		...scoped,
		make: (given) => {
			const wrapped = withAwsScope(scope, given);
			return () => outer().run(wrapped);
		},
	},
	{ name: "withAwsScope()", ...scoped, make: now((given) => outer().run(withAwsScope(scope, () => given))) },
	{
		name: "withAwsScope()",
		...scoped,
		asksLater: true,
		make: now((given) => outer().run(withAwsScope(scope, async () => given))),
	},
	{
		name: "bindAwsScope()",
		...scoped,
		make: (given) =>
			runInAwsScope({ bindLater: true }, () => {
				bindAwsScope(given);
				return AsyncResource.bind(scope);
			}),
	},
	middleware((given) => {
		const use = express(given);
		return (tell) => told(tell, (next) => use(request as never, {}, next));
	}),
	{
		...middleware((given) => {
			const use = express(() => given);
			return (tell) => told(tell, (next) => use(request as never, {}, next));
		}),
		asksLater: true,
	},
	middleware((given) => {
		const use = koa(given);
		return (tell) => use({} as never, async () => tell());
	}),
	middleware((given) => {
		const use = hono(given);
		return (tell) => use({} as never, async () => tell());
	}),
	middleware((given) => fastifyHook(given).run),
	{
		name: "awsScope()",
		...scoped,
		make: (given) => {
			const { before } = middy(given);
			return openAwsScope(() => {
				before({} as never);
				return scope();
			});
		},
	},
	{ name: "openAwsScope()", ...opening, make: (given) => openAwsScope(bound, given) },
	{ name: "awsScopeExecution()", ...opening, make: (given) => awsScopeExecution(() => bound, given)() },
];
