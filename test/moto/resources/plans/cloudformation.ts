import { cloudformation } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const TemplateBody = JSON.stringify({
	AWSTemplateFormatVersion: "2010-09-09",
	Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: {} } },
});
const stack = () => cloudformation().createStack({ StackName: `stack-${next()}`, TemplateBody });

export const plan = (): Plan => ({
	samples: {
		"": () => cloudformation(),
		Stack: stack,
		Event: async () => (await (await stack()).events.toArray())[0],
		StackResource: async () => (await stack()).Resource("Queue"),
		StackResourceSummary: async () => (await (await stack()).resourceSummaries.toArray())[0],
	},
	inputs: {
		".createStack": { StackName: "another", TemplateBody },
		"Stack.update": { TemplateBody },
	},
});
