/** What TypeScript says about resources; checked by `tsc`, which fails when an expectation here does not hold. */

import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { EC2, InstanceState, RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import type { DeleteObjectsCommandOutput, GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { expectTypeOf } from "vitest";
import {
	Attr,
	cloudwatch,
	dynamodb,
	type EC2 as Ec2,
	ec2,
	type IAM,
	iam,
	Key,
	type S3,
	s3,
	sqs,
} from "../../resources/index.js";
import type { AwsSession } from "../../src/index.js";

declare const session: AwsSession;

interface Order {
	id: string;
	total: number;
	paid?: boolean;
	address: { city: string };
}

// How a service is called: as its accessor.
ec2();
ec2("eu-central-1");
ec2({ region: "eu-central-1", session });
dynamodb.Table("orders", { account: "111111111111" });
dynamodb.Table("orders", "eu-central-1");
// @ts-expect-error two identities
ec2({ session, account: "111111111111" });
// @ts-expect-error a misspelt setting
s3.Bucket("b", { forcePathStile: true });

// Identifiers.
const instance = ec2.Instance("i-1");
expectTypeOf(instance).toEqualTypeOf<Ec2.Instance>();
expectTypeOf(instance.id).toEqualTypeOf<string>();
expectTypeOf(instance.instanceId).toEqualTypeOf<string>();
expectTypeOf(s3.MultipartUploadPart("b", "k", "u", 1).partNumber).toEqualTypeOf<number>();
// @ts-expect-error it is missing
ec2.Instance();
// @ts-expect-error the second one is missing
s3.Object("bucket");
// @ts-expect-error identifiers are read-only
instance.id = "i-2";

// Attributes: the SDK's shapes, and what every answer has without `undefined`.
expectTypeOf(instance.state).toEqualTypeOf<InstanceState | undefined>();
expectTypeOf(iam.User("u").createDate).toEqualTypeOf<Date>();
expectTypeOf(instance.get("state")).toEqualTypeOf<Promise<InstanceState | undefined>>();
expectTypeOf(instance.load()).toEqualTypeOf<Promise<Ec2.Instance>>();
// @ts-expect-error there is no such attribute
instance.sate;
// @ts-expect-error there is no such attribute
instance.get("sate");

// Actions: without what the resource fills in; resources back.
expectTypeOf(ec2().createInstances).parameter(0).toEqualTypeOf<RunInstancesCommandInput>();
expectTypeOf(ec2().createInstances({ ImageId: "ami-1", MinCount: 1, MaxCount: 1 })).toEqualTypeOf<
	Promise<Ec2.Instance[]>
>();
expectTypeOf(s3.Object("b", "k").get()).toEqualTypeOf<Promise<GetObjectCommandOutput>>();
expectTypeOf(s3.Object("b", "k").get({ Range: "bytes=0-1" })).toEqualTypeOf<Promise<GetObjectCommandOutput>>();
expectTypeOf(s3.Object("b", "k").get("eTag")).toEqualTypeOf<Promise<string | undefined>>();
instance.stop({ Force: true });
// @ts-expect-error the resource fills it in
instance.stop({ InstanceIds: ["i-2"] });
// @ts-expect-error the service asks for more
instance.attachVolume();
cloudwatch.Metric("Shop", "Orders").putData({ MetricData: [{ Value: 1 }] });
// @ts-expect-error the resource fills in the name
cloudwatch.Metric("Shop", "Orders").putData({ MetricData: [{ MetricName: "x", Value: 1 }] });

// References and parts.
expectTypeOf(instance.vpc).toEqualTypeOf<Ec2.Vpc | undefined>();
expectTypeOf(instance.networkInterfaces).toEqualTypeOf<Ec2.NetworkInterface[]>();
expectTypeOf(s3.Bucket("b").Object("k")).toEqualTypeOf<S3.Object>();
expectTypeOf(iam.User("u").AccessKey("a")).toEqualTypeOf<IAM.AccessKey>();

// Collections.
expectTypeOf(s3.Bucket("b").objects.filter({ Prefix: "p" }).limit(1).toArray()).toEqualTypeOf<
	Promise<S3.ObjectSummary[]>
>();
expectTypeOf(s3.Bucket("b").objects.all().delete()).toEqualTypeOf<Promise<DeleteObjectsCommandOutput[]>>();
expectTypeOf(ec2().instances.pages()).toEqualTypeOf<AsyncIterableIterator<Ec2.Instance[]>>();
ec2().vpcs.filter({ Filters: [{ Name: "cidr", Values: ["10.0.0.0/16"] }] });
// @ts-expect-error the resource fills it in
s3.Bucket("b").objects.filter({ Bucket: "other" });
// @ts-expect-error buckets cannot be deleted in one go
s3().buckets.all().delete();

// Clients.
expectTypeOf(instance.client).toEqualTypeOf<EC2>();
expectTypeOf(dynamodb().client).toEqualTypeOf<DynamoDB>();

// Tables in native values.
const orders = dynamodb.Table<Order>("orders");
expectTypeOf((await orders.getItem({ Key: { id: "a" } })).Item).toEqualTypeOf<Order | undefined>();
expectTypeOf((await orders.query({ KeyConditionExpression: Key("id").eq("a") })).Items).toEqualTypeOf<
	Order[] | undefined
>();
orders.putItem({ Item: { id: "a", total: 1, address: { city: "Bern" } }, ConditionExpression: Attr("id").notExists() });
orders.scan({
	FilterExpression: Attr("total").gt(5).and(Attr("address.city").eq("Bern")).or(Attr("paid").eq(true).not()),
});
orders.scan({ FilterExpression: "total > :t" });
dynamodb.Table("any").scan({ FilterExpression: Attr("whatever").eq(1) });
// @ts-expect-error an item lacks something
orders.putItem({ Item: { id: "a" } });
// @ts-expect-error a key of another type
orders.getItem({ Key: { id: 1 } });
// @ts-expect-error a value of another type
orders.query({ KeyConditionExpression: Key("id").eq(1) });
// @ts-expect-error no such attribute
orders.scan({ FilterExpression: Attr("totl").gt(5) });
// @ts-expect-error no such attribute in a part of it
orders.scan({ FilterExpression: Attr("total").gt(5).and(Attr("totl").gt(5)) });
// @ts-expect-error the table fills it in
orders.getItem({ TableName: "other", Key: { id: "a" } });
await using batch = orders.batchWriter({ overwriteByKeys: ["id"] });
batch.putItem({ Item: { id: "a", total: 1, address: { city: "Bern" } } });
// @ts-expect-error an item lacks something
batch.putItem({ Item: { id: "a" } });

expectTypeOf(sqs().getQueueByName({ QueueName: "q" })).resolves.toHaveProperty("url");
