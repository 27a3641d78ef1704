/** The README of threadlocal-aws, as the TypeScript column of docs/from-boto3.md. */

import { clients } from "aws-scope";
import { dynamodb, ec2, s3 } from "aws-scope/resources";

const instanceId = process.env["INSTANCE_ID"] ?? "";

/** Iterate over all instances */
export async function iterateInstances() {
	for await (const instance of ec2().instances.all()) {
		console.log(instance.id);
	}
}

/** Get an item */
export async function getAnItem() {
	const table = dynamodb.Table("my-table", {
		region: "eu-central-1",
	});
	const answer = await table.getItem({
		Key: { id: "foo#bar#123" },
	});
	console.log(answer.Item?.["total"]);
}

/** Iterate over all objects of a bucket */
export async function iterateObjects() {
	for await (const object of s3
		.Bucket("my-unique-bucket")
		.objects.all()) {
		console.log(object.key);
	}
}

/** Use a client */
export async function useAClient() {
	const { Reservations = [] } = await clients
		.ec2()
		.describeInstances({ InstanceIds: [instanceId] });
	for (const { Instances } of Reservations) {
		console.log(Instances?.[0]?.InstanceId);
	}
}
