import { secretsManager } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const input = () => ({ Name: `secret-${next()}`, SecretString: "s" });
const secret = () => secretsManager().createSecret(input());
const policy = { ResourcePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) };

export const plan = (): Plan => ({
	samples: {
		"": () => secretsManager(),
		Secret: secret,
		SecretVersion: async () => (await (await secret()).versions.toArray())[0],
	},
	inputs: {
		".createSecret": input,
		"Secret.putResourcePolicy": policy,
		"Secret.putValue": { SecretString: "t" },
		"Secret.tag": { Tags: [{ Key: "a", Value: "1" }] },
		"Secret.untag": { TagKeys: ["a"] },
		"Secret.update": { Description: "d" },
	},
	before: {
		"Secret.getResourcePolicy": (own: { putResourcePolicy(input: object): unknown }) => own.putResourcePolicy(policy),
		"Secret.restore": (own: { delete(): unknown }) => own.delete(),
	} as Plan["before"] & object,
});
