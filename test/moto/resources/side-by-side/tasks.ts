/** The same tasks as in tasks.py, with resources of aws-scope. */

import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import {
	Attr,
	cloudformation,
	cloudwatch,
	dynamodb,
	type EC2,
	ec2,
	glacier,
	iam,
	Key,
	s3,
	sns,
	sqs,
} from "../../../../resources/index.js";

interface Order extends Record<string, unknown> {
	id: string;
	line: number;
	total?: number;
	address?: { city: string };
}

/** Every task; each is run after those above it. */
export function tasks(): Readonly<Record<string, () => Promise<unknown>>> {
	const bucket = s3.Bucket("photos");
	const table = dynamodb.Table<Order>("orders");
	const keys = async (): Promise<string[]> => (await bucket.objects.toArray()).map(({ key }) => key);
	const body = async (answer: Promise<{ Body?: { transformToString(): Promise<string> } }>): Promise<unknown> =>
		(await answer).Body?.transformToString();
	const lines = (items: readonly Order[] | undefined): number[] => (items ?? []).map(({ line }) => line);
	const byTag = [{ Name: "tag:Name", Values: ["web"] }];
	const tagged = async () => (await ec2().instances.filter({ Filters: byTag }).toArray())[0] as EC2.Instance;
	const firstInstance = async () => (await ec2().instances.limit(1).toArray())[0] as EC2.Instance;
	const vpc = async () =>
		(
			await ec2()
				.vpcs.filter({ Filters: [{ Name: "cidr", Values: ["10.7.0.0/16"] }] })
				.toArray()
		)[0] as EC2.Vpc;
	const jobs = () => sqs().getQueueByName({ QueueName: "jobs" });
	const tail = (url: string): string => url.slice(url.lastIndexOf("/") + 1);
	const document = JSON.stringify({ Version: "2012-10-17", Statement: [] });

	return {
		s3_create_bucket: async () => (await s3().createBucket({ Bucket: "photos" })).name,
		s3_bucket_names: async () => (await s3().buckets.toArray()).map(({ name }) => name),
		s3_client_of_a_resource: async () => (await s3().client.listBuckets({})).Buckets?.map(({ Name }) => Name),
		s3_creation_date: async () => (await bucket.get("creationDate")) !== undefined,
		s3_put_object_through_the_bucket: async () => (await bucket.putObject({ Key: "2026/a.txt", Body: "a" })).key,
		async s3_put_through_the_object() {
			await s3.Object("photos", "2026/b.txt").put({ Body: "bb", Metadata: { of: "test" }, ContentType: "text/plain" });
			await bucket.Object("2025/c.txt").put({ Body: "ccc" });
			return keys();
		},
		async s3_filter_by_prefix() {
			const found: string[] = [];
			for await (const each of bucket.objects.filter({ Prefix: "2026/" })) found.push(each.key);
			return found;
		},
		s3_limit: async () => (await bucket.objects.limit(1).toArray()).map(({ key }) => key),
		async s3_pages() {
			const sizes: number[] = [];
			for await (const page of bucket.objects.pageSize(2).pages()) sizes.push(page.length);
			return sizes;
		},
		s3_summary_size: async () =>
			(await bucket.objects.toArray()).map((each) => [each.bucketName, each.size, each.storageClass]),
		s3_get_body: () => body(s3.Object("photos", "2026/b.txt").get()),
		s3_get_range: () => body(s3.Object("photos", "2025/c.txt").get({ Range: "bytes=0-1" })),
		async s3_object_attributes() {
			const each = await bucket.Object("2026/b.txt").load();
			return [each.contentLength, each.metadata, each.contentType, each.eTag];
		},
		s3_from_summary_to_object: async () =>
			Promise.all((await bucket.objects.toArray()).map((each) => each.Object().get("contentLength"))),
		s3_acl: async () => (await bucket.Object("2026/b.txt").Acl().get("grants"))?.map(({ Permission }) => Permission),
		async s3_tagging() {
			await bucket.Tagging().put({ Tagging: { TagSet: [{ Key: "team", Value: "a" }] } });
			return bucket.Tagging().get("tagSet");
		},
		async s3_cors() {
			const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }];
			await bucket.Cors().put({ CORSConfiguration: { CORSRules } });
			return (await bucket.Cors().get("corsRules"))?.map(({ AllowedMethods }) => AllowedMethods);
		},
		async s3_website() {
			await bucket.Website().put({ WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } } });
			return bucket.Website().get("indexDocument");
		},
		async s3_policy() {
			await bucket.Policy().put({ Policy: document });
			return JSON.parse((await bucket.Policy().get("policy")) as string);
		},
		async s3_copy() {
			await bucket.copy({ Bucket: "photos", Key: "2026/b.txt" }, "copies/b.txt");
			const copied = bucket.Object("copies/b.txt");
			return [await copied.get("metadata"), await body(copied.get())];
		},
		async s3_copy_from() {
			await s3.Object("photos", "copies/c.txt").copyFrom({ CopySource: "photos/2025/c.txt" });
			return keys();
		},
		async s3_upload_and_download() {
			await bucket.uploadFileobj(Buffer.from("uploaded"), "up.bin");
			const into = new PassThrough();
			const [content] = await Promise.all([text(into), bucket.downloadFileobj("up.bin", into)]);
			return content;
		},
		async s3_wait_until_exists() {
			await bucket.Object("up.bin").waitUntilExists();
			await bucket.waitUntilExists();
			return true;
		},
		async s3_delete_object() {
			await bucket.Object("up.bin").delete();
			return keys();
		},
		async s3_delete_objects() {
			const answer = await bucket.deleteObjects({
				Delete: { Objects: [{ Key: "copies/b.txt" }, { Key: "copies/c.txt" }] },
			});
			return answer.Deleted?.map((each) => each.Key).sort();
		},
		async s3_multipart() {
			const upload = await bucket.Object("parts.bin").initiateMultipartUpload();
			const open = (await bucket.multipartUploads.toArray()).map(({ objectKey }) => objectKey);
			const { ETag } = await upload.Part(1).upload({ Body: "part" });
			const parts = (await upload.parts.toArray()).map((each) => [each.partNumber, each.size]);
			const made = await upload.complete({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
			return [open, parts, made.key, await made.get("contentLength")];
		},
		async s3_delete_everything() {
			const answers = await bucket.objects.all().delete();
			return [answers.length, answers[0]?.Deleted?.length, await keys()];
		},
		async s3_versions() {
			await bucket.Versioning().enable();
			await bucket.putObject({ Key: "v", Body: "1" });
			await bucket.putObject({ Key: "v", Body: "22" });
			await bucket.Object("v").delete();
			const versions = (await bucket.objectVersions.toArray()).map((each) => [each.objectKey, each.size ?? 0]);
			await bucket.objectVersions.delete();
			const left = await bucket.objectVersions.toArray();
			return [
				await bucket.Versioning().get("status"),
				versions.sort((a, b) => Number(a[1]) - Number(b[1])),
				left.length,
			];
		},
		async s3_delete_bucket() {
			await bucket.delete();
			await bucket.waitUntilNotExists();
			return (await s3().buckets.toArray()).map(({ name }) => name);
		},
		async dynamodb_create_table() {
			const made = await dynamodb().createTable({
				TableName: "orders",
				AttributeDefinitions: [
					{ AttributeName: "id", AttributeType: "S" },
					{ AttributeName: "line", AttributeType: "N" },
				],
				KeySchema: [
					{ AttributeName: "id", KeyType: "HASH" },
					{ AttributeName: "line", KeyType: "RANGE" },
				],
				BillingMode: "PAY_PER_REQUEST",
			});
			await made.waitUntilExists();
			return [made.name, made.tableStatus, made.itemCount];
		},
		async dynamodb_table_attributes() {
			await table.load();
			return [table.keySchema, table.tableName, table.billingModeSummary?.BillingMode];
		},
		dynamodb_tables: async () => (await dynamodb().tables.toArray()).map(({ name }) => name),
		async dynamodb_put_and_get() {
			await table.putItem({ Item: { id: "a", line: 1, total: 10, tags: ["x"], address: { city: "Bern" } } });
			return (await table.getItem({ Key: { id: "a", line: 1 } })).Item;
		},
		dynamodb_get_nothing: async () => (await table.getItem({ Key: { id: "none", line: 1 } })).Item !== undefined,
		async dynamodb_batch_writer() {
			{
				await using batch = table.batchWriter();
				for (let line = 2; line < 62; line += 1) await batch.putItem({ Item: { id: "a", line, total: line * 10 } });
			}
			return (await table.scan({ Select: "COUNT" })).Count;
		},
		async dynamodb_batch_writer_with_keys() {
			{
				await using batch = table.batchWriter({ overwriteByKeys: ["id", "line"] });
				await batch.putItem({ Item: { id: "b", line: 1, total: 1 } });
				await batch.putItem({ Item: { id: "b", line: 1, total: 2 } });
				await batch.deleteItem({ Key: { id: "a", line: 61 } });
			}
			return (await table.getItem({ Key: { id: "b", line: 1 } })).Item;
		},
		dynamodb_query: async () =>
			(await table.query({ KeyConditionExpression: Key("id").eq("a").and(Key("line").between(3, 5)) })).Items,
		dynamodb_query_begins_with: async () =>
			lines(
				(
					await table.query({
						KeyConditionExpression: Key("id").eq("a").and(Key("line").lt(3)),
						ScanIndexForward: false,
					})
				).Items,
			),
		async dynamodb_scan_with_conditions() {
			const condition = Attr("total").gt(580).and(Attr("address").notExists()).or(Attr("address.city").eq("Bern"));
			return lines((await table.scan({ FilterExpression: condition })).Items).sort((a, b) => a - b);
		},
		dynamodb_scan_is_in: async () =>
			lines((await table.scan({ FilterExpression: Attr("total").isIn([20, 30]).and(Attr("line").eq(2).not()) })).Items),
		dynamodb_update: async () =>
			(
				await table.updateItem({
					Key: { id: "a", line: 1 },
					UpdateExpression: "SET #t = #t + :one",
					ExpressionAttributeNames: { "#t": "total" },
					ExpressionAttributeValues: { ":one": 1 },
					ReturnValues: "UPDATED_NEW",
				})
			).Attributes,
		dynamodb_condition_fails: async () =>
			table
				.putItem({ Item: { id: "a", line: 1 }, ConditionExpression: Attr("id").notExists() })
				.catch((error: Error) => error.name),
		dynamodb_batch_get: async () =>
			(await dynamodb().batchGetItem({ RequestItems: { orders: { Keys: [{ id: "a", line: 2 }] } } })).Responses?.[
				"orders"
			],
		dynamodb_delete_item: async () =>
			(await table.deleteItem({ Key: { id: "a", line: 2 }, ReturnValues: "ALL_OLD" })).Attributes,
		async dynamodb_delete_table() {
			await table.delete();
			await table.waitUntilNotExists();
			return (await dynamodb().tables.toArray()).map(({ name }) => name);
		},
		async ec2_create_instances() {
			const made = await ec2().createInstances({
				ImageId: "ami-12c6146b",
				MinCount: 3,
				MaxCount: 3,
				InstanceType: "t3.micro",
			});
			return [made.length, made[0]?.instanceType, made[0]?.imageId];
		},
		ec2_instances: async () => (await ec2().instances.toArray()).map(({ state }) => state?.Name).sort(),
		async ec2_create_tags() {
			const first = await firstInstance();
			const tags = await ec2().createTags({ Resources: [first.id], Tags: [{ Key: "Name", Value: "web" }] });
			return tags.map((tag) => [tag.key, tag.value, tag.resourceId === first.id]);
		},
		ec2_filter_by_tag: async () => (await ec2().instances.filter({ Filters: byTag }).toArray()).map(({ tags }) => tags),
		async ec2_stop_and_reload() {
			const each = await tagged();
			await each.stop();
			await each.waitUntilStopped();
			await each.reload();
			return each.state?.Name;
		},
		ec2_filters_of_two_calls: async () =>
			(
				await ec2()
					.instances.filter({ Filters: [{ Name: "instance-state-name", Values: ["running"] }] })
					.filter({ Filters: [{ Name: "instance-type", Values: ["t3.micro"] }] })
					.toArray()
			).length,
		async ec2_references() {
			const each = await firstInstance();
			return [
				await each.vpc?.get("cidrBlock"),
				(await each.subnet?.get("vpcId")) === each.vpcId,
				each.image?.id,
				each.networkInterfaces.length,
			];
		},
		ec2_sub_collections: async () => (await (await firstInstance()).volumes.toArray()).map(({ size }) => size),
		async ec2_delete_tags() {
			const each = await tagged();
			await each.deleteTags({ Tags: [{ Key: "Name" }] });
			await each.load();
			return each.tags ?? null;
		},
		async ec2_terminate_all() {
			const answers = await ec2()
				.instances.filter({ Filters: [{ Name: "instance-type", Values: ["t3.micro"] }] })
				.terminate();
			return [answers.length, answers[0]?.TerminatingInstances?.map((each) => each.CurrentState?.Name).sort()];
		},
		async ec2_vpc_and_subnets() {
			const made = await ec2().createVpc({ CidrBlock: "10.7.0.0/16" });
			await made.createSubnet({ CidrBlock: "10.7.1.0/24" });
			await made.createSubnet({ CidrBlock: "10.7.2.0/24" });
			return [made.cidrBlock, (await made.subnets.toArray()).map(({ cidrBlock }) => cidrBlock).sort()];
		},
		async ec2_security_group() {
			const group = await (await vpc()).createSecurityGroup({ GroupName: "web", Description: "d" });
			await group.authorizeIngress({ IpProtocol: "tcp", FromPort: 80, ToPort: 80, CidrIp: "10.0.0.0/8" });
			await group.reload();
			return [group.groupName, group.ipPermissions?.map((rule) => [rule.FromPort, rule.IpRanges?.[0]?.CidrIp])];
		},
		async ec2_internet_gateway_and_route() {
			const place = await vpc();
			const gateway = await ec2().createInternetGateway();
			await place.attachInternetGateway({ InternetGatewayId: gateway.id });
			const table = await place.createRouteTable();
			const route = await table.createRoute({ DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway.id });
			await table.reload();
			return [route.destinationCidrBlock, table.routes.map((each) => each.destinationCidrBlock)];
		},
		async ec2_volume_and_snapshot() {
			const volume = await ec2().createVolume({ AvailabilityZone: "us-east-1a", Size: 8 });
			const snapshot = await volume.createSnapshot({ Description: "d" });
			await snapshot.waitUntilCompleted();
			await snapshot.load();
			return [await volume.get("size"), snapshot.volumeSize, snapshot.volume?.id === volume.id];
		},
		async ec2_key_pair() {
			await ec2().createKeyPair({ KeyName: "key" });
			return (await ec2().keyPairs.toArray()).map(({ name }) => name);
		},
		async sqs_create_and_find_queue() {
			await sqs().createQueue({ QueueName: "jobs", Attributes: { DelaySeconds: "0" } });
			return tail((await jobs()).url);
		},
		sqs_queue_attributes: async () => (await (await jobs()).get("attributes"))?.QueueArn,
		async sqs_send_and_receive() {
			const queue = await jobs();
			await queue.sendMessage({
				MessageBody: "hello",
				MessageAttributes: { a: { StringValue: "1", DataType: "String" } },
			});
			const received: unknown[] = [];
			for (const message of await queue.receiveMessages({ MessageAttributeNames: ["All"] })) {
				received.push([message.body, message.messageAttributes?.["a"]?.StringValue]);
				await message.delete();
			}
			return received;
		},
		async sqs_send_many() {
			const Entries = [
				{ Id: "1", MessageBody: "x" },
				{ Id: "2", MessageBody: "y" },
			];
			return (await (await jobs()).sendMessages({ Entries })).Successful?.map(({ Id }) => Id).sort();
		},
		sqs_queues: async () =>
			(await sqs().queues.filter({ QueueNamePrefix: "jo" }).toArray()).map(({ url }) => tail(url)),
		async sns_topic_and_subscription() {
			const topic = await sns().createTopic({ Name: "news" });
			const subscription = await topic.subscribe({
				Protocol: "sqs",
				Endpoint: "arn:aws:sqs:us-east-1:123456789012:jobs",
			});
			await topic.publish({ Message: "m" });
			const topics = (await sns().topics.toArray()).map(({ arn }) => arn);
			const { length } = await topic.subscriptions.toArray();
			return [topic.arn, (await subscription.get("attributes"))?.["Protocol"], topics, length];
		},
		async iam_user() {
			const user = await iam().createUser({ UserName: "ann", Path: "/team/" });
			const users = (await iam().users.filter({ PathPrefix: "/team/" }).toArray()).map(({ name }) => name);
			return [user.name, user.path, user.arn, users];
		},
		async iam_access_keys() {
			const pair = await iam.User("ann").createAccessKeyPair();
			const keys = (await iam.User("ann").accessKeys.toArray()).map(({ status }) => status);
			return [pair.userName, pair.status, keys];
		},
		async iam_groups() {
			const group = await iam().createGroup({ GroupName: "team" });
			await group.addUser({ UserName: "ann" });
			const users = (await group.users.toArray()).map(({ name }) => name);
			return [users, (await iam.User("ann").groups.toArray()).map(({ name }) => name)];
		},
		async iam_role_with_policy() {
			const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }];
			const readable = JSON.stringify({ Version: "2012-10-17", Statement });
			const role = await iam().createRole({ RoleName: "job", AssumeRolePolicyDocument: document });
			const policy = await iam().createPolicy({ PolicyName: "read", PolicyDocument: readable });
			await role.attachPolicy({ PolicyArn: policy.arn });
			const attached = (await role.attachedPolicies.toArray()).map(({ arn }) => arn);
			return [attached, await policy.get("attachmentCount"), await iam.Policy(policy.arn).get("attachmentCount")];
		},
		async cloudwatch_alarm() {
			const alarm = await cloudwatch.Metric("Shop", "Orders").putAlarm({
				AlarmName: "many",
				ComparisonOperator: "GreaterThanThreshold",
				EvaluationPeriods: 1,
				Period: 60,
				Statistic: "Sum",
				Threshold: 5,
			});
			await alarm.load();
			const alarms = (await cloudwatch().alarms.toArray()).map(({ name }) => name);
			return [alarm.name, alarm.threshold, alarm.metric?.namespace, alarms];
		},
		async cloudwatch_metrics() {
			await cloudwatch.Metric("Shop", "Orders").putData({ MetricData: [{ Value: 1 }] });
			return (await cloudwatch().metrics.filter({ Namespace: "Shop" }).toArray()).map((each) => [
				each.namespace,
				each.name,
			]);
		},
		async cloudformation_stack() {
			const TemplateBody = JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: {} } } });
			await cloudformation().createStack({ StackName: "stack", TemplateBody });
			const stack = await cloudformation.Stack("stack").load();
			const resources = (await stack.resourceSummaries.toArray()).map((each) => [
				each.logicalResourceId,
				each.resourceType,
			]);
			return [stack.stackStatus, resources, await stack.Resource("Queue").get("resourceType")];
		},
		async glacier_vault() {
			await glacier().createVault({ vaultName: "old" });
			return (await glacier().vaults.toArray()).map(({ name }) => name);
		},
	};
}
