import { ssm } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const input = () => ({ Name: `/a/p${next()}`, Value: "v", Type: "String" as const });
const parameter = () => ssm().createParameter(input());

export const plan = (): Plan => ({
	samples: {
		"": () => ssm(),
		Parameter: parameter,
		ParameterVersion: async () => (await (await parameter()).history.toArray())[0],
	},
	inputs: {
		".createParameter": input,
		".parametersByPath": { Path: "/a" },
		"Parameter.label": { Labels: ["l"] },
		"Parameter.put": { Value: "w", Overwrite: true },
	},
});
