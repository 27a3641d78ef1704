/** boto3's resources, refereed by moto: every load, action, collection and waiter is run once. */

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { ServiceDefinition } from "../../../resources/definition.js";
import { emptyMoto } from "../support.js";
import { type Outcome, type Plan, tryAll } from "./driver.js";

const SERVICES = readdirSync(new URL("../../../resources/definitions/", import.meta.url)).map((file) =>
	file.slice(0, -3),
);

/** How much of each service moto answers. */
const ANSWERED: Readonly<Record<string, number>> = {
	cloudformation: 10,
	cloudwatch: 17,
	"cloudwatch-logs": 15,
	dynamodb: 16,
	ec2: 186,
	ecs: 16,
	eventbridge: 17,
	glacier: 19,
	iam: 127,
	kms: 25,
	lambda: 27,
	organizations: 19,
	s3: 81,
	"secrets-manager": 16,
	sfn: 12,
	sns: 30,
	sqs: 18,
	ssm: 11,
};

test.each(SERVICES)("%s", async (service) => {
	await using _moto = await emptyMoto();
	const { plan } = (await import(`./plans/${service}.ts`)) as { plan(): Plan };
	const module = (await import(`../../../resources/definitions/${service}.ts`)) as Record<string, ServiceDefinition>;
	const [definition] = Object.values(module);
	const outcomes = await tryAll(definition as ServiceDefinition, plan());
	const of = (result: string): Outcome[] => outcomes.filter((one) => one.result === result);
	const counts = ["done", "moto has not", "moto refused", "in no collection", "wrong"].map(
		(result) => `${result} ${of(result).length}`,
	);
	const others = outcomes.filter(({ result }) => result !== "done");
	console.log(
		[
			`${service}: ${counts.join(", ")}`,
			...others.map(({ what, result, why }) => `  ${what}: ${result} (${why})`),
		].join("\n"),
	);
	expect(outcomes.filter(({ result }) => result === "wrong")).toEqual([]);
	expect(of("done").length).toBe(ANSWERED[service]);
});
