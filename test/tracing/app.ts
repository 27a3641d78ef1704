/**
 * An application with OpenTelemetry or X-Ray, in a process of its own, because both must come before the SDK. Prints each
 * span with its parent. `node --import ./scripts/ts.mjs test/tracing/app.ts otel|xray`
 */

import { createRequire } from "node:module";
import { identityOfSpans } from "../../examples/libraries.js";
import { clients, configure, followingClient, runInAwsScope } from "../../src/index.js";
import { meantFor, startTenants } from "../helpers/aws.js";
import { fixture } from "../helpers/fixture.js";

const load = createRequire(`${fixture("tracing")}index.js`);

/** What is printed for each request. */
export interface Traced {
	readonly name: string;
	readonly parent: string | undefined;
	readonly attributes: Readonly<Record<string, unknown>>;
}

const table = (account: string) => ({ TableName: meantFor(account) });
type Within = (name: string, run: () => Promise<unknown>) => Promise<unknown>;

/** Three tenants at once, each in a span of its own, through an accessor, a following client and a named client. */
async function requests(within: Within, db: ReturnType<typeof clients.dynamodb>): Promise<void> {
	const all = await startTenants({ tenants: 3 });
	const { tenants, accounts } = all;
	await Promise.all(
		tenants.map((account) =>
			within(account, () =>
				runInAwsScope({ account, accounts }, async () => {
					await clients.dynamodb().describeTable(table(account));
					await db.describeTable(table(account));
					await clients.dynamodbDocument().get({ ...table(account), Key: { id: "1" } });
					const other = tenants[(tenants.indexOf(account) + 1) % tenants.length] as string;
					await clients.dynamodb({ account: other }).describeTable(table(other));
				}),
			),
		),
	);
	const wrong = all.wrong();
	await all[Symbol.asyncDispose]();
	if (wrong.length > 0) throw new Error("A request was signed by another tenant.");
}

async function openTelemetry(): Promise<Traced[]> {
	const { context, trace } = load("@opentelemetry/api");
	const { AsyncLocalStorageContextManager } = load("@opentelemetry/context-async-hooks");
	const { AwsInstrumentation } = load("@opentelemetry/instrumentation-aws-sdk");
	const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = load("@opentelemetry/sdk-trace-base");
	const exporter = new InMemorySpanExporter();
	const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
	context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
	trace.setGlobalTracerProvider(provider);
	const instrumentation = new AwsInstrumentation();
	instrumentation.setTracerProvider(provider);
	configure({ onClient: identityOfSpans(() => trace.getActiveSpan()) });
	await requests(
		(name, run) =>
			trace.getTracer("app").startActiveSpan(name, async (span: { end(): void }) => {
				await run();
				span.end();
			}),
		followingClient(clients.dynamodb),
	);
	interface Span {
		readonly name: string;
		readonly attributes: Traced["attributes"];
		readonly parentSpanContext?: { readonly spanId: string };
		spanContext(): { readonly spanId: string };
	}
	const spans: Span[] = exporter.getFinishedSpans();
	const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
	return spans.map(({ name, attributes, parentSpanContext }) => ({
		name,
		attributes,
		parent: names.get(parentSpanContext?.spanId ?? ""),
	}));
}

async function xRay(): Promise<Traced[]> {
	const xray = load("aws-xray-sdk-core");
	xray.setContextMissingStrategy("RUNTIME_ERROR");
	const traced: Traced[] = [];
	// Each of the two ways in which an application captures clients.
	configure({ onClient: (client) => xray.captureAWSv3Client(client) });
	await requests(
		async (name, run) => {
			const segment = new xray.Segment(name);
			await xray.getNamespace().runPromise(async () => {
				xray.setSegment(segment);
				await run();
			});
			const parts: { readonly name: string; readonly aws: Traced["attributes"] }[] = segment.subsegments ?? [];
			for (const part of parts) traced.push({ name: part.name, parent: name, attributes: part.aws });
		},
		xray.captureAWSv3Client(followingClient(clients.dynamodb)),
	);
	return traced;
}

process.stdout.write(`\n${JSON.stringify(process.argv[2] === "xray" ? await xRay() : await openTelemetry())}\n`);
