/** The quick start of resources. */

import { dynamodb, ec2, s3 } from "aws-scope/resources";

interface Order {
	id: string;
	total: number;
}

export async function lookAround(): Promise<Order | undefined> {
	for await (const object of s3.Bucket("photos").objects.filter({ Prefix: "2026/" })) {
		console.log(object.key, object.size);
	}

	for await (const instance of ec2().instances) {
		console.log(instance.id, instance.state?.Name);
	}

	const orders = dynamodb.Table<Order>("orders");
	const { Item } = await orders.getItem({ Key: { id: "foo#bar#123" } });
	return Item;
}
