/** The TypeScript column of the primer in docs/from-boto3.md. */

import { readFile } from "node:fs/promises";
import { session } from "aws-scope";
import {
	Attr,
	dynamodb,
	ec2,
	iam,
	Key,
	s3,
	sns,
	sqs,
} from "aws-scope/resources";

interface Order {
	id: string;
	line: number;
	price?: number;
}

/** Choose a region */
export async function chooseARegion() {
	const frankfurt = s3("eu-central-1");
	console.log(await frankfurt.client.config.region());
}

/** Choose a session */
export async function chooseASession() {
	const own = session({ profile: "default" });
	for await (const bucket of s3({
		session: own,
	}).buckets.all()) {
		console.log(bucket.name);
	}
}

/** Create a bucket */
export async function createABucket() {
	const bucket = await s3().createBucket({
		Bucket: "photos",
	});
	await bucket.waitUntilExists();
	console.log(bucket.name);
}

/** List buckets */
export async function listBuckets() {
	for await (const bucket of s3().buckets.all()) {
		console.log(bucket.name);
	}
}

/** Put objects */
export async function putObjects() {
	const bucket = s3.Bucket("photos");
	await bucket.putObject({
		Key: "2025/dog.txt",
		Body: "woof",
	});
	await s3
		.Object("photos", "2026/cat.txt")
		.put({ Body: "meow" });
	await bucket.Object("2026/cow.txt").put({
		Body: "moo",
		ContentType: "text/plain",
	});
}

/** List objects */
export async function listObjects() {
	const bucket = s3.Bucket("photos");
	for await (const summary of bucket.objects.filter({
		Prefix: "2026/",
	})) {
		console.log(summary.key, summary.size);
	}
}

/** Limit a collection, and read it page by page */
export async function limitAndPage() {
	const bucket = s3.Bucket("photos");
	for await (const summary of bucket.objects.limit(1)) {
		console.log(summary.key);
	}
	const pages = bucket.objects.pageSize(2).pages();
	for await (const page of pages) {
		console.log(page.length);
	}
}

/** Collect a collection into a list */
export async function collectIntoAList() {
	const summaries = await s3
		.Bucket("photos")
		.objects.toArray();
	console.log(summaries.length);
}

/** Read an object */
export async function readAnObject() {
	const answer = await s3
		.Object("photos", "2026/cat.txt")
		.get();
	console.log(await answer.Body?.transformToString());
}

/** Read attributes, which are loaded on demand */
export async function readAttributes() {
	const cow = s3.Object("photos", "2026/cow.txt");
	console.log(await cow.get("contentLength"));
	console.log(await cow.get("contentType"));
}

/** Load once, and read many attributes */
export async function readManyAttributes() {
	const cow = s3.Object("photos", "2026/cow.txt");
	await cow.load();
	console.log(cow.contentLength, cow.contentType);
}

/** After an action on the resource, `get()` loads again; a property stays as it was loaded */
export async function readAttributesAfterAnAction() {
	const cow = s3.Object("photos", "2026/cow.txt");
	await cow.load();
	await cow.put({ Body: "moo moo" });
	console.log(await cow.get("contentLength"));
}

/** Reload what somebody else changed */
export async function reloadAttributes() {
	const cow = s3.Object("photos", "2026/cow.txt");
	await cow.load();
	await s3
		.Bucket("photos")
		.putObject({ Key: cow.key, Body: "moo!" });
	console.log(cow.contentLength);
	await cow.reload();
	console.log(cow.contentLength);
}

/** `meta.client`: the client of a resource */
export async function useTheClient() {
	const { client } = s3();
	console.log(
		(await client.headBucket({ Bucket: "photos" }))
			.BucketRegion,
	);
}

/** Sub-resources */
export async function useSubResources() {
	const bucket = s3.Bucket("photos");
	const tagging = bucket.Tagging();
	const tags = [{ Key: "team", Value: "a" }];
	await tagging.put({ Tagging: { TagSet: tags } });
	console.log((await tagging.get("tagSet"))[0]?.Value);
	const grants = await bucket.Acl().get("grants");
	console.log(grants?.[0]?.Permission);
}

/** Identifiers, and back to the parent */
export async function goBackToTheParent() {
	const cat = s3.Object("photos", "2026/cat.txt");
	console.log(cat.bucketName, cat.Bucket().name);
}

/** Compare resources */
export async function compareResources() {
	console.log(
		s3.Bucket("photos").equals(s3.Bucket("photos")),
	);
	console.log(
		s3.Bucket("photos").equals(s3.Bucket("videos")),
	);
}

/** Upload and download files */
export async function uploadAndDownload() {
	const bucket = s3.Bucket("photos");
	await bucket.uploadFile("notes.txt", "notes.txt");
	await bucket.downloadFile("notes.txt", "copy.txt");
	console.log(await readFile("copy.txt", "utf8"));
}

/** Copy objects */
export async function copyAnObject() {
	const source = { Bucket: "photos", Key: "2026/cat.txt" };
	await s3.Bucket("photos").copy(source, "copies/cat.txt");
	const second = s3.Object("photos", "copies/2.txt");
	await second.copy(source);
	console.log(await second.get("contentLength"));
}

/** Sign a URL */
export async function signAUrl() {
	const cat = s3.Object("photos", "2026/cat.txt");
	const url = await cat.presignedUrl({ expiresIn: 3600 });
	console.log(url.startsWith("http"));
}

/** Waiters of the client */
export async function waitWithTheClient() {
	await s3().client.waitUntilObjectExists(
		{ Bucket: "photos", Key: "2026/cat.txt" },
		{ maxWaitTime: 100 },
	);
}

/** `waiter_names`: each waiter is a method of the client, and your editor completes it */
export async function nameTheWaiters() {
	const methods = Object.keys(
		Object.getPrototypeOf(s3().client),
	);
	console.log(
		methods.filter((name) => name.startsWith("waitUntil"))
			.length,
	);
}

/** Handle an error of AWS: the SDK's error, by its name */
export async function handleAnError() {
	try {
		await s3.Object("photos", "none.txt").get();
	} catch (error) {
		console.log((error as Error).name);
	}
}

/** Delete everything, a thousand objects per request */
export async function deleteAllObjects() {
	const bucket = s3.Bucket("photos");
	await bucket.objects.filter({ Prefix: "2025/" }).delete();
	await bucket.objects.all().delete();
	await bucket.delete();
	await bucket.waitUntilNotExists();
}

/** Create a table */
export async function createATable() {
	const table = await dynamodb().createTable({
		TableName: "orders",
		KeySchema: [
			{ AttributeName: "id", KeyType: "HASH" },
			{ AttributeName: "line", KeyType: "RANGE" },
		],
		AttributeDefinitions: [
			{ AttributeName: "id", AttributeType: "S" },
			{ AttributeName: "line", AttributeType: "N" },
		],
		BillingMode: "PAY_PER_REQUEST",
	});
	await table.waitUntilExists();
	console.log(table.itemCount);
}

/** List tables */
export async function listTables() {
	for await (const table of dynamodb().tables.all()) {
		console.log(table.name);
	}
}

/** Put and get an item */
export async function putAndGetAnItem() {
	const table = dynamodb.Table<Order>("orders");
	await table.putItem({
		Item: { id: "a", line: 1, price: 10 },
	});
	const answer = await table.getItem({
		Key: { id: "a", line: 1 },
	});
	console.log(answer.Item?.price);
}

/** Get an item that doesn't exist */
export async function getNoItem() {
	const table = dynamodb.Table<Order>("orders");
	const answer = await table.getItem({
		Key: { id: "none", line: 1 },
	});
	console.log(answer.Item === undefined);
}

/** Update an item */
export async function updateAnItem() {
	const table = dynamodb.Table<Order>("orders");
	const answer = await table.updateItem({
		Key: { id: "a", line: 1 },
		UpdateExpression: "SET price = price + :more",
		ExpressionAttributeValues: { ":more": 5 },
		ReturnValues: "UPDATED_NEW",
	});
	console.log(answer.Attributes?.price);
}

/** Write many items, 25 per request */
export async function writeManyItems() {
	const table = dynamodb.Table<Order>("orders");
	await using batch = table.batchWriter();
	for (let line = 2; line < 52; line += 1) {
		await batch.putItem({
			Item: { id: "a", line, price: line },
		});
	}
	await batch.deleteItem({ Key: { id: "a", line: 51 } });
}

/** Write only the last item of each key */
export async function writeEachKeyOnce() {
	const table = dynamodb.Table<Order>("orders");
	{
		await using batch = table.batchWriter({
			overwriteByKeys: ["id", "line"],
		});
		await batch.putItem({
			Item: { id: "b", line: 1, price: 1 },
		});
		await batch.putItem({
			Item: { id: "b", line: 1, price: 2 },
		});
	}
	const answer = await table.getItem({
		Key: { id: "b", line: 1 },
	});
	console.log(answer.Item?.price);
}

/** Query with conditions */
export async function queryItems() {
	const table = dynamodb.Table<Order>("orders");
	const ofA = Key("id").eq("a");
	const { Items = [] } = await table.query({
		KeyConditionExpression: ofA.and(
			Key("line").between(2, 4),
		),
	});
	for (const item of Items) {
		console.log(item.line, item.price);
	}
}

/** Scan with conditions */
export async function scanItems() {
	const table = dynamodb.Table<Order>("orders");
	const notOfA = Attr("id").eq("a").not();
	const answer = await table.scan({
		FilterExpression: Attr("price").gt(48).or(notOfA),
	});
	console.log(answer.Count);
}

/** Put an item on a condition */
export async function putOnACondition() {
	const table = dynamodb.Table<Order>("orders");
	try {
		await table.putItem({
			Item: { id: "a", line: 1 },
			ConditionExpression: Attr("id").notExists(),
		});
	} catch (error) {
		const { name } = error as Error;
		if (name !== "ConditionalCheckFailedException")
			throw error;
		console.log("taken");
	}
}

/** Delete a table */
export async function deleteATable() {
	const table = dynamodb.Table("orders");
	await table.delete();
	await table.waitUntilNotExists();
}

/** Create a queue */
export async function createAQueue() {
	const queue = await sqs().createQueue({
		QueueName: "jobs",
		Attributes: { DelaySeconds: "0" },
	});
	console.log(
		(await queue.get("attributes"))?.DelaySeconds,
	);
}

/** Send messages */
export async function sendMessages() {
	const queue = await sqs().getQueueByName({
		QueueName: "jobs",
	});
	await queue.sendMessage({ MessageBody: "first" });
	await queue.sendMessages({
		Entries: [{ Id: "1", MessageBody: "second" }],
	});
}

/** Receive messages */
export async function receiveMessages() {
	const queue = await sqs().getQueueByName({
		QueueName: "jobs",
	});
	const messages = await queue.receiveMessages({
		MaxNumberOfMessages: 10,
	});
	for (const message of messages) {
		console.log(message.body);
		await message.delete();
	}
}

/** Publish to a topic */
export async function publishToATopic() {
	const topic = await sns().createTopic({ Name: "news" });
	await topic.publish({ Message: "hello" });
	console.log(topic.arn);
}

/** Launch instances, and wait for them */
export async function launchInstances() {
	const instances = await ec2().createInstances({
		ImageId: "ami-12c6146b",
		MinCount: 2,
		MaxCount: 2,
		InstanceType: "t3.micro",
	});
	for (const instance of instances) {
		await instance.waitUntilRunning();
		console.log(instance.instanceType);
	}
}

/** Filter instances */
export async function filterInstances() {
	const state = {
		Name: "instance-state-name",
		Values: ["running"],
	};
	const running = ec2().instances.filter({
		Filters: [state],
	});
	for await (const instance of running) {
		console.log(instance.state?.Name);
	}
}

/** References */
export async function followReferences() {
	const [instance] = await ec2()
		.instances.limit(1)
		.toArray();
	console.log(await instance?.vpc?.get("cidrBlock"));
	console.log(instance?.image?.id);
	for await (const volume of instance?.volumes ?? []) {
		console.log(volume.size);
	}
}

/** Tags */
export async function tagInstances() {
	const instances = await ec2().instances.toArray();
	const ids = instances.map(({ id }) => id);
	const tags = [{ Key: "Name", Value: "web" }];
	await ec2().createTags({ Resources: ids, Tags: tags });
	for await (const instance of ec2().instances) {
		console.log(instance.tags?.[0]?.Value);
	}
}

/** Batch actions: one request per page */
export async function stopAllInstances() {
	await ec2().instances.all().stop();
	await ec2().instances.all().terminate();
}

/** Resources that actions return */
export async function buildANetwork() {
	const vpc = await ec2().createVpc({
		CidrBlock: "10.7.0.0/16",
	});
	const subnet = await vpc.createSubnet({
		CidrBlock: "10.7.1.0/24",
	});
	console.log(vpc.cidrBlock, subnet.cidrBlock);
}

/** Users */
export async function createAUser() {
	const made = await iam().createUser({
		UserName: "ann",
		Path: "/team/",
	});
	console.log(made.arn);
	for await (const user of iam().users.filter({
		PathPrefix: "/team/",
	})) {
		console.log(user.name);
	}
}
