/** Handlers that end in every way; each call looks, as the runtime could, whether the call before left a scope behind. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import middy6 from "@middy/core";
import { tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { awsScope, openAwsScope } from "aws-scope/middy";
import middy7 from "middy7";
import { accounts } from "./tenants.mjs";

const ofEvent = ({ tenant }) => ({ account: tenant, accounts });
const turn = () => new Promise(setImmediate);
const seen = () => tryCurrentAwsScope()?.account;
const boom = () => {
	throw new Error(`boom in ${seen()}`);
};
const scoped = (fn) => withAwsScope(fn, ofEvent);

/** Runs out of time as soon as it has begun. */
const outOfTime = (middy, timeoutEarlyResponse) =>
	openAwsScope(middy(() => new Promise(() => {}), { timeoutEarlyInMillis: 2 ** 30, timeoutEarlyResponse })).use(
		awsScope(({ event }) => ofEvent(event)),
	);
const chain = (middy) => openAwsScope(middy(seen)).use(awsScope(({ event }) => ofEvent(event)));

const ends = {
	return: scoped(seen),
	"return later": scoped(() => turn().then(seen)),
	throw: scoped(boom),
	"throw later": scoped(() => turn().then(boom)),
	"spec throws": withAwsScope(seen, boom),
	"spec rejects": withAwsScope(seen, () => turn().then(boom)),
	"never ends": scoped(() => new Promise(() => {})),
	"leaves work behind": scoped(() => {
		setInterval(seen, 1).unref();
		return seen();
	}),
	"middy 6": chain(middy6),
	"middy 7": chain(middy7),
	"middy 6 early": chain(middy6).before(() => `early in ${seen()}`),
	"middy 7 early": chain(middy7).before(async () => `early in ${seen()}`),
	"middy 6 fails": chain(middy6).before(boom),
	"middy 7 fails": chain(middy7).after(boom),
	"middy 6 out of time": outOfTime(middy6, () => `late in ${seen()}`),
	"middy 7 out of time": outOfTime(middy7, boom),
};

const leaks = [];
const look = (when, end) => {
	if (tryCurrentAwsScope() !== undefined) leaks.push(`${when} ${end}: ${seen()}`);
};

/** What calls a handler and awaits it, as the runtime client does. */
const watched =
	(called) =>
	async (event, ...rest) => {
		const { end } = event;
		if (end === "report") return leaks;
		look("before", end);
		try {
			const answer = called(event, ...rest);
			look("when called", end);
			return await answer;
		} finally {
			look("after", end);
		}
	};

export const buffered = watched((event, context) => ends[event.end](event, context));

async function* pieces() {
	yield `${seen()} `;
	await turn();
	yield `${seen()} `;
}
const streams = {
	writes: (_event, stream) => pipeline(pieces(), stream),
	"is read": (event, stream) => pipeline(Readable.from(scoped(pieces)(event)), stream),
	throws: boom,
	"throws halfway": async (_event, stream) => {
		stream.write(`${seen()} `);
		await turn();
		boom();
	},
};
const stream = watched((event, ...rest) => scoped(streams[event.end])(event, ...rest));
export const streamed = globalThis.awslambda.streamifyResponse(async (event, out, context) => {
	const told = await stream(event, out, context);
	if (told !== undefined) out.end(JSON.stringify(told));
});
