/** The README of aboto3, as the TypeScript column of docs/from-boto3.md. */

import { Agent } from "node:https";
import { paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { clients } from "aws-scope";

const instanceId = process.env["INSTANCE_ID"] ?? "";
const filters = [
	{ Name: "instance-type", Values: ["t3.micro"] },
];

/** Call an operation: the SDK is async, and needs no wrapper */
export async function callAnOperation() {
	const ec2 = clients.ec2();
	const instances = await ec2.describeInstances();
	console.log(instances.Reservations?.length);
}

/** Pass parameters */
export async function passParameters() {
	const instances = await clients.ec2().describeInstances({
		InstanceIds: [instanceId],
	});
	console.log(instances.Reservations?.length);
}

/** Read page by page */
export async function readPageByPage() {
	const client = clients.ec2();
	const pages = paginateDescribeInstances(
		{ client },
		{ Filters: filters },
	);
	for await (const page of pages) {
		console.log(page.Reservations?.length);
	}
}

/** Catch an error */
export async function catchAnError() {
	try {
		await clients
			.ssm()
			.getParameter({ Name: "/unknown/param" });
	} catch (error) {
		if ((error as Error).name !== "ParameterNotFound")
			throw error;
		console.log("found an error here");
	}
}

/** Share a pool: all clients share their connections anyway */
export async function shareAPool() {
	await clients.ec2().describeInstances();
	await clients.sns().listTopics();
}

/** Share a larger pool: clients with equal options share it */
export async function shareALargerPool() {
	const requestHandler = { httpsAgent: { maxSockets: 32 } };
	const ec2 = clients.ec2({ requestHandler });
	const sns = clients.sns({ requestHandler });
	await ec2.describeInstances();
	await sns.listTopics();
}

/** Give each client a pool: an agent is equal only to itself */
export async function giveEachClientAPool() {
	const ofEc2 = {
		httpsAgent: new Agent({ maxSockets: 32 }),
	};
	const ec2 = clients.ec2({ requestHandler: ofEc2 });

	const ofSns = {
		httpsAgent: new Agent({ maxSockets: 32 }),
	};
	const sns = clients.sns({ requestHandler: ofSns });

	await ec2.describeInstances();
	await sns.listTopics();
}
