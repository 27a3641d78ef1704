import { sns, sqs } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const unique = (): string => `thing-${next()}`;
const topic = () => sns().createTopic({ Name: unique() });
const subscription = async () => {
	const queue = await sqs().createQueue({ QueueName: unique() });
	const { QueueArn = "" } = (await queue.get("attributes")) ?? {};
	return (await topic()).subscribe({ Protocol: "sqs", Endpoint: QueueArn });
};
const application = () => sns().createPlatformApplication({ Name: unique(), Platform: "GCM", Attributes: {} });
const endpoint = async () => (await application()).createPlatformEndpoint({ Token: unique() });
const permission = { Label: "l", AWSAccountId: ["111111111111"], ActionName: ["Publish"] };

export const plan = (): Plan => ({
	samples: {
		"": () => sns(),
		Topic: topic,
		Subscription: subscription,
		PlatformApplication: application,
		PlatformEndpoint: endpoint,
	},
	inputs: {
		".createPlatformApplication": () => ({ Name: unique(), Platform: "GCM", Attributes: {} }),
		".createTopic": () => ({ Name: unique() }),
		"PlatformApplication.createPlatformEndpoint": { Token: "t" },
		"PlatformApplication.setAttributes": { Attributes: { Enabled: "true" } },
		"PlatformEndpoint.publish": { Message: "m" },
		"PlatformEndpoint.setAttributes": { Attributes: { Enabled: "true" } },
		"Subscription.setAttributes": { AttributeName: "RawMessageDelivery", AttributeValue: "true" },
		"Topic.addPermission": permission,
		"Topic.confirmSubscription": { Token: "t" },
		"Topic.publish": { Message: "m" },
		"Topic.removePermission": { Label: "l" },
		"Topic.setAttributes": { AttributeName: "DisplayName", AttributeValue: "d" },
		"Topic.subscribe": { Protocol: "email", Endpoint: "a@example.com" },
	},
	before: {
		"Topic.removePermission": (own: { addPermission(input: object): unknown }) => own.addPermission(permission),
	} as Plan["before"] & object,
});
