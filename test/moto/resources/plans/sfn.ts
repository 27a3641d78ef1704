import { sfn } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const input = () => ({
	name: `machine-${next()}`,
	definition: JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } }),
	roleArn: "arn:aws:iam::123456789012:role/any",
});
const machine = () => sfn().createStateMachine(input());

export const plan = (): Plan => ({
	samples: {
		"": () => sfn(),
		StateMachine: machine,
		Execution: async () => (await machine()).startExecution(),
	},
	inputs: {
		".createStateMachine": input,
		"StateMachine.update": () => ({ definition: input().definition }),
	},
});
