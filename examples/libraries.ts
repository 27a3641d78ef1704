/** Code for docs/libraries.md. */

import { type BuiltClient, clients, configure, followingClient, type OnClient, perSession } from "aws-scope";

/** Stands for a library that keeps the client that it is given. */
class OrderRepository {
	readonly client;
	constructor(client: ReturnType<typeof clients.dynamodbDocument>) {
		this.client = client;
	}
	async total(id: string): Promise<unknown> {
		const { Item } = await this.client.get({ TableName: "orders", Key: { id } });
		return Item?.["total"];
	}
}

//#region following
// Module level: there is no scope yet, and no client is built.
const orders = new OrderRepository(followingClient(clients.dynamodbDocument));

export const handler = async (event: { readonly id: string }) => orders.total(event.id);
//#endregion

/** Stands for a library that remembers what it has read. */
class Parameters {
	readonly #known = new Map<string, Promise<string | undefined>>();
	readonly client;
	constructor(client: ReturnType<typeof clients.ssm>) {
		this.client = client;
	}
	get(name: string): Promise<string | undefined> {
		const known = this.#known.get(name) ?? this.#read(name);
		this.#known.set(name, known);
		return known;
	}
	async #read(name: string): Promise<string | undefined> {
		return (await this.client.getParameter({ Name: name })).Parameter?.Value;
	}
}

//#region per-session
const parameters = perSession(() => new Parameters(clients.ssm()));

export const isEnabled = async () => (await parameters().get("/features/new")) === "on";
//#endregion

interface Writer {
	flush(): Promise<void>;
}
declare const openWriter: () => Promise<Writer>;

export function writers() {
	//#region dispose
	const writer = perSession(async () => openWriter(), {
		max: 100,
		idleMs: 10 * 60_000,
		dispose: (each) => each.flush(),
	});
	//#endregion
	return writer;
}

export function withArguments() {
	//#region arguments
	const files = followingClient(clients.s3, { maxAttempts: 5 });
	const queues = followingClient(clients.sqs, "eu-central-1");
	//#endregion
	return [files, queues];
}

export function logged(log: (line: object) => void): void {
	//#region on-client
	configure({
		onClient(client, { account, roleArn, region }) {
			log({ message: "client built", client: client.constructor.name, account, roleArn, region });
			client.middlewareStack.add(
				(next, { commandName }) =>
					async (args) => {
						const result = await next(args);
						log({ message: "request", commandName, account });
						return result;
					},
				{ name: "requestLog", step: "initialize" },
			);
		},
	});
	//#endregion
}

interface Span {
	setAttributes(attributes: Readonly<Record<string, string | undefined>>): unknown;
}

//#region spans
/** `configure({ onClient: identityOfSpans(() => trace.getActiveSpan()) })` */
export const identityOfSpans =
	(activeSpan: () => Span | undefined): OnClient =>
	({ middlewareStack }, { account, roleArn }) =>
		middlewareStack.add(
			(next) => (args) => {
				activeSpan()?.setAttributes({ "cloud.account.id": account, "aws.role_arn": roleArn });
				return next(args);
			},
			{ name: "identityOfSpans", step: "initialize" },
		);
//#endregion

export function traced(captureAWSv3Client: <Client extends BuiltClient>(client: Client) => Client): void {
	//#region x-ray
	configure({ onClient: (client) => captureAWSv3Client(client) });
	//#endregion
}
