/** Code for docs/resources.md. */

import { createReadStream, createWriteStream } from "node:fs";
import { accountSessions, runInAwsScope } from "aws-scope";
import { Attr, BatchError, dynamodb, ec2, Key, type S3, s3 } from "aws-scope/resources";

const accounts = accountSessions({ role: "Reader" });

export function choose(): readonly unknown[] {
	//#region choose
	const service = s3(); // the service itself: createBucket(), buckets
	const bucket = s3.Bucket("photos"); // one resource, by its identifiers
	const object = s3.Object("photos", "2026/cat.jpg");
	const sameObject = bucket.Object("2026/cat.jpg"); // the same, from its parent
	//#endregion
	//#region args
	const frankfurt = ec2("eu-central-1");
	const theirs = dynamodb.Table<Order>("orders", { session: accounts("222222222222"), region: "eu-central-1" });
	const patient = s3.Bucket("photos", { maxAttempts: 5 });
	//#endregion
	return [service, object, sameObject, frankfurt, theirs, patient];
}

export async function attributes(id: string): Promise<readonly unknown[]> {
	//#region attributes
	const instance = ec2.Instance(id);
	instance.id; // an identifier: no call
	await instance.get("imageId"); // asks AWS
	await instance.get("subnetId"); // has it already

	await instance.load(); // asks AWS again
	instance.state?.Name; // after load(), attributes are properties
	//#endregion
	//#region actions
	const { StoppingInstances } = await instance.stop({ Hibernate: false });
	await instance.get("state"); // asks AWS, because of the action

	const volume = await ec2().createVolume({ AvailabilityZone: "us-east-1a", Size: 8 });
	const snapshot = await volume.createSnapshot({ Description: "before the upgrade" }); // a resource, too
	//#endregion
	return [StoppingInstances?.[0]?.InstanceId, snapshot.volumeId];
}

export async function related(id: string): Promise<readonly unknown[]> {
	//#region related
	const bucket = s3.Bucket("photos");
	await bucket.Versioning().enable(); // a sub-resource
	const versioning = await bucket.Versioning().get("status");

	const instance = await ec2.Instance(id).load();
	const range = await instance.vpc?.get("cidrBlock"); // a reference
	//#endregion
	return [versioning, range];
}

export async function collections(): Promise<readonly unknown[]> {
	const bucket = s3.Bucket("photos");
	//#region collections
	for await (const object of bucket.objects) console.log(object.key);

	const first = await bucket.objects.filter({ Prefix: "2026/" }).limit(10).toArray();

	for await (const page of bucket.objects.pageSize(100).pages()) console.log(page.length);
	//#endregion
	return first.map(({ key }) => key);
}

export async function emptied(bucket: S3.Bucket): Promise<readonly string[]> {
	//#region batch
	try {
		await bucket.objects.filter({ Prefix: "tmp/" }).delete(); // 1,000 keys per request
		return [];
	} catch (error) {
		if (!(error instanceof BatchError)) throw error;
		return error.failures.map(({ code, entry }) => `${JSON.stringify(entry)}: ${code}`);
	}
	//#endregion
}

export async function waiters(id: string): Promise<void> {
	const instance = ec2.Instance(id);
	//#region waiters
	await instance.waitUntilStopped();
	await instance.waitUntilStopped(60); // seconds
	await instance.waitUntilStopped({ maxWaitTime: 60, minDelay: 1, abortSignal: AbortSignal.timeout(60_000) });
	//#endregion
}

//#region identity
/** Shared code. It takes no tenant, client or credentials. */
async function countPhotos(): Promise<number> {
	let count = 0;
	for await (const _ of s3.Bucket("photos").objects) count += 1;
	return count;
}

export const photosOf = (account: string): Promise<number> => runInAwsScope({ account, accounts }, countPhotos);
//#endregion

export function same(): readonly unknown[] {
	//#region compare
	const bucket = s3.Bucket("photos");
	const equal = bucket.equals(s3.Bucket("photos")); // true
	const abroad = bucket.equals(s3.Bucket("photos", "eu-central-1")); // false
	const text = `${bucket.Object("2026/cat.jpg")}`; // s3.Object(bucketName: 'photos', key: '2026/cat.jpg')
	const json = JSON.stringify(bucket); // {"name":"photos"}
	//#endregion
	return [equal, abroad, text, json];
}

//#region items
interface Order {
	id: string;
	total: number;
	tags?: Set<string>;
	address?: { city: string };
}

export async function orders(): Promise<Order[]> {
	const table = dynamodb.Table<Order>("orders");
	await table.putItem({ Item: { id: "1", total: 10, address: { city: "Bern" } } });
	await table.updateItem({
		Key: { id: "1" },
		UpdateExpression: "SET #total = #total + :more",
		ExpressionAttributeNames: { "#total": "total" },
		ExpressionAttributeValues: { ":more": 5 },
	});
	const { Items = [] } = await table.scan({
		FilterExpression: Attr("total").gt(10).and(Attr("address.city").eq("Bern")),
	});
	return Items;
}
//#endregion

export async function conditions(): Promise<number> {
	const table = dynamodb.Table<Order>("orders");
	//#region conditions
	const one = await table.query({ KeyConditionExpression: Key("id").eq("1") });
	const created = await table
		.putItem({ Item: { id: "1", total: 0 }, ConditionExpression: Attr("id").notExists() })
		.then(() => true)
		.catch(({ name }: Error) => name !== "ConditionalCheckFailedException");
	//#endregion
	return created ? 0 : (one.Count ?? 0);
}

export async function writeMany(): Promise<void> {
	//#region batch-writer
	await using batch = dynamodb.Table<Order>("orders").batchWriter({ overwriteByKeys: ["id"] });
	for (let id = 0; id < 100; id += 1) await batch.putItem({ Item: { id: String(id), total: id } });
	await batch.deleteItem({ Key: { id: "0" } });
	//#endregion
}

export async function transfers(bucket: S3.Bucket, folder: string): Promise<string> {
	//#region transfers
	await bucket.uploadFile(`${folder}/cat.jpg`, "2026/cat.jpg", {
		params: { ContentType: "image/jpeg" },
		onProgress: ({ loaded, total }) => console.log(`${loaded} of ${total} bytes`),
	});
	await bucket.uploadFileobj(createReadStream(`${folder}/cat.jpg`), "2026/cat-2.jpg");
	await bucket.uploadFileobj("some text", "2026/notes.txt");

	await bucket.downloadFile("2026/cat.jpg", `${folder}/again.jpg`);
	await bucket.Object("2026/notes.txt").downloadFileobj(createWriteStream(`${folder}/notes.txt`));

	await bucket.copy({ Bucket: "photos", Key: "2026/cat.jpg" }, "archive/cat.jpg");
	const url = await bucket.Object("2026/cat.jpg").presignedUrl({ expiresIn: 3600 });
	//#endregion
	return url;
}

export async function tags(ids: string[]): Promise<number> {
	//#region tags
	const made = await ec2().createTags({ Resources: ids, Tags: [{ Key: "team", Value: "a" }] });
	for (const tag of made) console.log(tag.resourceId, tag.key, tag.value);

	await ec2.Instance(ids[0] ?? "").deleteTags({ Tags: [{ Key: "team" }] });
	//#endregion
	return made.length;
}
