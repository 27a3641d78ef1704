import { eventbridge } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const name = (): string => `name-${next()}`;
const bus = () => eventbridge().createEventBus({ Name: name() });
const PATTERN = { EventPattern: JSON.stringify({ source: ["own"] }) };
const targets = { Targets: [{ Id: "1", Arn: "arn:aws:sqs:us-east-1:123456789012:q" }] };

export const plan = (): Plan => ({
	samples: {
		"": () => eventbridge(),
		EventBus: bus,
		Rule: async () => (await bus()).putRule({ Name: name(), ...PATTERN }),
	},
	inputs: {
		".createEventBus": () => ({ Name: name() }),
		".putEvents": { Entries: [{ Source: "own", DetailType: "d", Detail: "{}" }] },
		"EventBus.putRule": () => ({ Name: name(), ...PATTERN }),
		"EventBus.update": { Description: "d" },
		"Rule.put": PATTERN,
		"Rule.putTargets": targets,
		"Rule.removeTargets": { Ids: ["1"] },
	},
	before: {
		"Rule.removeTargets": (own: { putTargets(input: object): unknown }) => own.putTargets(targets),
	} as Plan["before"] & object,
});
