import { sqs } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const unique = (): string => `queue-${next()}`;
const queue = () => sqs().createQueue({ QueueName: unique() });
const message = async () => {
	const own = await queue();
	await own.sendMessage({ MessageBody: "hello" });
	const [first] = await own.receiveMessages({ MaxNumberOfMessages: 1 });
	return first;
};

export const plan = (): Plan => ({
	samples: { "": () => sqs(), Queue: queue, Message: message },
	inputs: {
		".createQueue": () => ({ QueueName: unique() }),
		".getQueueByName": { QueueName: "known" },
		"Queue.addPermission": { Label: "l", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] },
		"Queue.changeMessageVisibilityBatch": { Entries: [{ Id: "1", ReceiptHandle: "x", VisibilityTimeout: 1 }] },
		"Queue.deleteMessages": { Entries: [{ Id: "1", ReceiptHandle: "x" }] },
		"Queue.removePermission": { Label: "l" },
		"Queue.sendMessage": { MessageBody: "x" },
		"Queue.sendMessages": { Entries: [{ Id: "1", MessageBody: "x" }] },
		"Queue.setAttributes": { Attributes: { DelaySeconds: "1" } },
		"Message.changeVisibility": { VisibilityTimeout: 1 },
	},
	before: {
		".getQueueByName": () => sqs().createQueue({ QueueName: "known" }),
		"Queue.removePermission": (own: { addPermission(input: object): unknown }) =>
			own.addPermission({ Label: "l", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] }),
	} as Plan["before"] & object,
});
