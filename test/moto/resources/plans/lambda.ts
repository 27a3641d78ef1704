import { iam, type Lambda, lambda } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

/** An archive without a file in it. */
const EMPTY_ZIP = Buffer.from(`504b0506${"00".repeat(18)}`, "hex");

const role = async (): Promise<string> => {
	const AssumeRolePolicyDocument = JSON.stringify({
		Version: "2012-10-17",
		Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
	});
	return (await iam().createRole({ RoleName: `role-${next()}`, AssumeRolePolicyDocument })).arn;
};
const input = async () => ({
	FunctionName: `function-${next()}`,
	Role: await role(),
	Runtime: "nodejs22.x" as const,
	Handler: "index.handler",
	Code: { ZipFile: EMPTY_ZIP },
});
const fn = async () => lambda().createFunction(await input());
const permission = { StatementId: "s", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com" };

export const plan = (): Plan => ({
	samples: {
		"": () => lambda(),
		Function: fn,
		Alias: async () => (await fn()).createAlias({ Name: "live", FunctionVersion: "$LATEST" }),
		Version: async () => (await fn()).publishVersion(),
	},
	inputs: {
		".createFunction": input,
		"Function.addPermission": permission,
		"Function.putConcurrency": { ReservedConcurrentExecutions: 1 },
		"Function.updateCode": { ZipFile: EMPTY_ZIP },
		"Function.updateConfiguration": { Description: "d" },
		"Function.createAlias": { Name: "live", FunctionVersion: "$LATEST" },
		"Alias.update": { Description: "d" },
	},
	before: {
		"Function.getPolicy": (own: Lambda.Function) => own.addPermission(permission),
	} as Plan["before"] & object,
});
