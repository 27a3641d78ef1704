/** The README of aboto3, as the TypeScript column of docs/from-boto3.md. */

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

/** Set the size of a pool */
export async function setTheSizeOfAPool() {
	const requestHandler = { httpsAgent: { maxSockets: 32 } };
	const ec2 = clients.ec2({ requestHandler });
	await ec2.describeInstances();
}
