/** Handlers that return their answer. */

import { threadId } from "node:worker_threads";
import { bindAwsScope, clients, defaultSession, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { accounts, ask } from "./tenants.mjs";

const ofEvent = (event) => ({ account: event.tenant, accounts });
const seen = () => tryCurrentAwsScope()?.account;

export const named = withAwsScope(async (event) => ({ answered: await ask(event.tenant), scope: seen() }), ofEvent);

export const bySession = withAwsScope(
	async (event) => ({ answered: await ask(event.tenant), scope: seen() }),
	(event) => accounts(event.tenant),
);

/** Looks the tenant up as the function itself, before there is a tenant. */
export const lookedUp = withAwsScope(
	async (event) => ({ answered: await ask(event.tenant), scope: seen() }),
	async (event) => {
		await clients.dynamodb().getItem({ TableName: "directory", Key: { id: { S: event.tenant } } });
		return ofEvent(event);
	},
);

export const ofTenantId = withAwsScope(
	async (event, context) => ({ answered: await ask(event.tenant), scope: seen(), tenantId: context.tenantId }),
	(_event, context) => ({ account: context.tenantId, accounts }),
);

export const boundLater = withAwsScope(
	async (event) => {
		const early = errorOf(() => clients.dynamodb());
		await new Promise(setImmediate);
		bindAwsScope({ account: event.tenant });
		return { answered: await ask(event.tenant), scope: seen(), early };
	},
	{ bindLater: true, accounts },
);

export const synchronous = withAwsScope((event) => ({ scope: seen(), meant: event.tenant }), ofEvent);

export const nothing = withAwsScope(() => undefined, ofEvent);

/** Which thread answers, and who else is there; all wait for each other inside the worker. */
export const concurrent = withAwsScope(async (event) => {
	const before = seen();
	await new Promise((resolve) => setTimeout(resolve, event.wait));
	return { answered: await ask(event.tenant), scope: seen(), before, threadId };
}, ofEvent);

/** Three parameters are one too many for the runtime, which takes the third for a callback. */
export function threeParameters(event, context, extra) {
	return { scope: seen(), id: context.awsRequestId, meant: event.tenant, extra: typeof extra };
}
export const threeParametersInScope = withAwsScope(threeParameters, ofEvent);

export const failing = withAwsScope(async (event) => {
	await ask(event.tenant);
	throw new TypeError(`no order for ${seen()}`);
}, ofEvent);

export const failingAtOnce = withAwsScope((event) => {
	throw new RangeError(`no order for ${event.tenant}`);
}, ofEvent);

export const specFails = withAwsScope(ran, () => {
	throw new ReferenceError("no such tenant");
});

export const specFailsLater = withAwsScope(ran, async () => {
	await new Promise(setImmediate);
	throw new ReferenceError("no such tenant");
});

/** `{ account: undefined }` where the event names no tenant. */
export const tenantMissing = withAwsScope(ran, ofEvent);

/** What the spec function gives, as JSON in the event. */
export const specGiven = withAwsScope(ran, (event) => event.spec);

function ran() {
	console.log("THE HANDLER RAN");
	return "ran";
}

/** A worker of another request would find no scope: neither does code that was wrapped by nothing. */
export const lostScope = async (event) => {
	if (event.tenant !== undefined) return runInAwsScope(ofEvent(event), () => ask(event.tenant));
	return errorOf(() => clients.dynamodb());
};

/** The process itself, by name, is no lost scope. */
export const itself = withAwsScope(async () => (await defaultSession().whoami()).account, ofEvent);

function errorOf(call) {
	try {
		call();
	} catch (error) {
		return error.code;
	}
	return "none";
}
