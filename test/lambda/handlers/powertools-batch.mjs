/** Powertools' batch processors: one for each invocation, and the ways in which sharing one goes wrong. */

import {
	BatchProcessor,
	EventType,
	processPartialResponse,
	SqsFifoPartialProcessorAsync,
} from "@aws-lambda-powertools/batch";
import { runInAwsScope, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { tenantOfAttribute, tenantOfValue } from "aws-scope/lambda";
import { chanceOf } from "./chance.mjs";
import { accounts, ask } from "./tenants.mjs";

const specOf = (account) => ({ account, accounts });

/** Asks as whoever the scope says, of the tenant that the record says; some records fail, before or after that. */
async function handle(tenant, { seed, fails }) {
	const { pause, chance } = chanceOf(seed);
	const early = chance(0.5);
	await pause();
	if (tryCurrentAwsScope()?.account !== tenant) throw new Error(`Not in the scope of ${tenant}.`);
	if (fails && early) throw new Error("on purpose");
	await ask(tenant);
	await pause();
	if (fails) throw new Error("on purpose");
}

const tenantOfMessage = (record) => tenantOfAttribute(record, "tenant");
const handleMessage = withAwsScope(
	(record) => handle(tenantOfMessage(record), JSON.parse(record.body)),
	(record) => specOf(tenantOfMessage(record)),
);
const handleData = withAwsScope(
	({ kinesis }) => handle(kinesis.partitionKey, JSON.parse(Buffer.from(kinesis.data, "base64").toString())),
	({ kinesis }) => specOf(tenantOfValue(kinesis.partitionKey)),
);

const kinds = {
	sqs: (event, context) => processPartialResponse(event, handleMessage, new BatchProcessor(EventType.SQS), { context }),
	inTurn: (event, context) =>
		processPartialResponse(event, handleMessage, new BatchProcessor(EventType.SQS), {
			context,
			processInParallel: false,
		}),
	fifo: (event, context) =>
		processPartialResponse(event, handleMessage, new SqsFifoPartialProcessorAsync(), { context }),
	kinesis: (event, context) =>
		processPartialResponse(event, handleData, new BatchProcessor(EventType.KinesisDataStreams), { context }),
};

let leaks = 0;

/** Looks, as the runtime could, whether a scope is left over after a call. */
export const soak = async (event, context) => {
	if (event.report) return { leaks };
	try {
		return await kinds[event.kind](event, context);
	} finally {
		if (tryCurrentAwsScope() !== undefined) leaks += 1;
	}
};

let shared;

/** One processor for all, made in the first invocation: Powertools keeps its state for each invocation. */
export const madeInInvocation = (event, context) => {
	shared ??= new BatchProcessor(EventType.SQS);
	return processPartialResponse(event, handleMessage, shared, { context });
};

/** The processor keeps its state itself: older versions did always, and this one does outside multi-concurrency mode. */
function ownState() {
	delete process.env.AWS_LAMBDA_MAX_CONCURRENCY;
	shared ??= new BatchProcessor(EventType.SQS);
	return shared;
}
export const ofAllInvocations = (event, context) =>
	processPartialResponse(event, handleMessage, ownState(), { context });

/** The tenant of the invocation instead of the record's, in a function that the shared processor may take for another. */
export const ofAllTenants = (event, context) => {
	const spec = specOf(event.tenant);
	const inScope = (record) => runInAwsScope(spec, () => ask(tenantOfMessage(record)));
	return processPartialResponse(event, inScope, ownState(), { context, processInParallel: false });
};
