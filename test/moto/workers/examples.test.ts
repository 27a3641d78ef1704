/** The examples of workers, with moto as SQS, EC2, DynamoDB and Organizations: from the organization to the table. */

import { expect, test, vi } from "vitest";
import { fillQueue } from "../../../examples/workers/fill-queue.js";
import { poll } from "../../../examples/workers/poll.js";
import { accountSessions, clients, defaultSession } from "../../../src/index.js";
import { emptyMoto } from "../support.js";

test("the organization's accounts and regions come through the queue into the table", async () => {
	await using _moto = await emptyMoto();
	const session = defaultSession();
	vi.stubEnv("TABLE_NAME", "inventory");
	vi.stubEnv("WAIT_SECONDS", "1");
	const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
	// Read when they are loaded, after the environment is set.
	const { accounts, countInstances } = await import("../../../examples/workers/inventory.js");
	const { handler } = await import("../../../examples/workers/distributed-map.js");
	const org = clients.organizations({ session });
	await org.createOrganization({ FeatureSet: "ALL" });
	const { CreateAccountStatus } = await org.createAccount({ AccountName: "one", Email: "one@example.com" });
	const account = CreateAccountStatus?.AccountId as string;
	await clients
		.ec2({ session: accountSessions({ role: "Reader" })(account), region: "eu-west-1" })
		.runInstances({ ImageId: "ami-12c6146b", InstanceType: "t3.micro", MinCount: 3, MaxCount: 3 });
	await clients.dynamodb({ session }).createTable({
		TableName: "inventory",
		AttributeDefinitions: [{ AttributeName: "target", AttributeType: "S" }],
		KeySchema: [{ AttributeName: "target", KeyType: "HASH" }],
		BillingMode: "PAY_PER_REQUEST",
	});
	const { QueueUrl = "" } = await clients.sqs({ session }).createQueue({ QueueName: "targets" });
	const table = clients.dynamodbDocument({ session });

	await session.run(() => fillQueue(QueueUrl));
	const sent = Number(/^(\d+) targets sent$/.exec(String(log.mock.calls[0]?.[0]))?.[1]);
	log.mockRestore();
	expect(sent).toBeGreaterThan(20);
	const ending = new AbortController();
	let done = 0;
	await poll(
		QueueUrl,
		async (target, run) => {
			const count = await countInstances(target, run);
			done += 1;
			if (done === sent) ending.abort();
			return count;
		},
		{ accounts, signal: ending.signal },
	);
	const { Items = [] } = await table.scan({ TableName: "inventory" });
	expect(Items).toHaveLength(sent);
	expect(Items.filter(({ count }) => count > 0)).toEqual([{ target: `${account}/eu-west-1`, count: 3 }]);

	// The other engines run the same task.
	expect(await handler({ account, region: "eu-west-1" })).toBe(3);
	vi.unstubAllEnvs();
});
