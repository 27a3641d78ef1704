/** A handler that leaves work behind, which ends while the next invocation is under way. */

import { clients, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { accounts, ask, gate } from "./tenants.mjs";

const left = new Map();
const released = gate();
let underWay = false;

/** Started in one invocation, finished in another; each says in which scope it found itself. */
const kinds = {
	promise: async (tenant) => {
		await released.opened;
		return ask(tenant);
	},
	timer: (tenant) =>
		new Promise((resolve, reject) => {
			const check = () => (underWay ? ask(tenant).then(resolve, reject) : setTimeout(check, 1));
			check();
		}),
	immediate: (tenant) =>
		new Promise((resolve, reject) => {
			const check = () => (underWay ? ask(tenant).then(resolve, reject) : setImmediate(check));
			check();
		}),
	interval: (tenant) =>
		new Promise((resolve, reject) => {
			const interval = setInterval(() => {
				if (!underWay) return;
				clearInterval(interval);
				ask(tenant).then(resolve, reject);
			}, 1);
		}),
	/** The local AWS holds this request until the next invocation is under way. */
	requestUnderWay: async (tenant) => {
		await clients.dynamodb().getItem({ TableName: "held", Key: { id: { S: "1" } } });
		return ask(tenant);
	},
	olderClient: (tenant) => {
		const client = clients.dynamodb();
		return released.opened.then(() => ask(tenant, client));
	},
	firstOfItsService: async (tenant) => {
		await released.opened;
		const { QueueUrls } = await clients.sqs().listQueues({ QueueNamePrefix: `meant-for-${tenant}` });
		return QueueUrls[0].slice(-12);
	},
};

export const handler = withAwsScope(
	async ({ tenant, leave }) => {
		if (leave) {
			for (const [kind, start] of Object.entries(kinds)) {
				const work = start(tenant).then((answered) => ({ answered, scope: tryCurrentAwsScope()?.account }));
				left.set(kind, work);
			}
			return "left";
		}
		underWay = true;
		released.open();
		const own = await ask(tenant);
		const finished = await Promise.all([...left].map(async ([kind, work]) => [kind, await work]));
		return { own, scope: tryCurrentAwsScope()?.account, finished: Object.fromEntries(finished) };
	},
	({ tenant }) => ({ account: tenant, accounts }),
);
