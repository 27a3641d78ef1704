/** A few lines for each service of `aws-scope/resources`: the examples of docs/resources/. */

import {
	cloudformation,
	cloudwatch,
	cloudwatchLogs,
	dynamodb,
	ec2,
	ecs,
	eventbridge,
	glacier,
	iam,
	kms,
	lambda,
	organizations,
	s3,
	secretsManager,
	sfn,
	sns,
	sqs,
	ssm,
} from "aws-scope/resources";

interface Order {
	id: string;
	total: number;
}

//#region cloudformation
export async function statusOf(name: string): Promise<string | undefined> {
	const stack = await cloudformation.Stack(name).load();
	for await (const { logicalResourceId, resourceStatus } of stack.resourceSummaries) {
		console.log(logicalResourceId, resourceStatus);
	}
	return stack.stackStatus;
}
//#endregion

//#region cloudwatch
export async function alertOn(namespace: string, name: string): Promise<string | undefined> {
	const metric = cloudwatch.Metric(namespace, name);
	await metric.putData({ MetricData: [{ Value: 1, Unit: "Count" }] });
	const alarm = await metric.putAlarm({
		AlarmName: `${name} is high`,
		ComparisonOperator: "GreaterThanThreshold",
		EvaluationPeriods: 1,
		Period: 60,
		Statistic: "Sum",
		Threshold: 100,
	});
	return alarm.get("stateValue");
}
//#endregion

//#region cloudwatch-logs
export async function keepForAMonth(prefix: string): Promise<void> {
	for await (const group of cloudwatchLogs().logGroups.filter({ logGroupNamePrefix: prefix })) {
		console.log(group.name, group.storedBytes);
		await group.putRetentionPolicy({ retentionInDays: 30 });
	}
}
//#endregion

//#region dynamodb
export async function addOrder(order: Order): Promise<number | undefined> {
	const orders = dynamodb.Table<Order>("orders");
	await orders.putItem({ Item: order });
	const { Item } = await orders.getItem({ Key: { id: order.id } });
	return Item?.total;
}
//#endregion

//#region ec2
export async function stopAll(tag: string): Promise<void> {
	const running = ec2().instances.filter({
		Filters: [
			{ Name: "instance-state-name", Values: ["running"] },
			{ Name: "tag-key", Values: [tag] },
		],
	});
	for await (const instance of running) console.log(instance.id, instance.instanceType, instance.vpc?.id);
	await running.stop();
}
//#endregion

//#region ecs
export async function scale(cluster: string, name: string, desiredCount: number): Promise<number | undefined> {
	const service = ecs.Service(cluster, name);
	await service.update({ desiredCount });
	await service.waitUntilStable();
	return service.get("runningCount");
}
//#endregion

//#region eventbridge
export async function everyHour(functionArn: string): Promise<void> {
	const bus = eventbridge.EventBus("default");
	const rule = await bus.putRule({ Name: "hourly", ScheduleExpression: "rate(1 hour)" });
	await rule.putTargets({ Targets: [{ Id: "function", Arn: functionArn }] });
}
//#endregion

//#region glacier
export async function archive(vaultName: string, body: Uint8Array): Promise<string> {
	const vault = await glacier().createVault({ vaultName });
	const archived = await vault.uploadArchive({ archiveDescription: "a backup", body });
	return archived.id;
}
//#endregion

//#region iam
export async function groupsOf(userName: string): Promise<string[]> {
	const user = await iam.User(userName).load();
	console.log(user.arn, user.createDate);
	const groups = await user.groups.toArray();
	return groups.map(({ name }) => name);
}
//#endregion

//#region kms
export async function seal(alias: string, text: string): Promise<Uint8Array | undefined> {
	const key = kms.Key(alias);
	const { CiphertextBlob } = await key.encrypt({ Plaintext: Buffer.from(text) });
	return CiphertextBlob;
}
//#endregion

//#region lambda
export async function call(name: string, payload: unknown): Promise<string | undefined> {
	const target = lambda.Function(name);
	console.log(await target.get("runtime"));
	const { Payload } = await target.invoke({ Payload: JSON.stringify(payload) });
	return Payload?.transformToString();
}
//#endregion

//#region organizations
export async function activeAccounts(): Promise<string[]> {
	const ids: string[] = [];
	for await (const account of organizations().accounts) {
		if (account.status === "ACTIVE") ids.push(account.id);
	}
	return ids;
}
//#endregion

//#region s3
export async function sizeOf(name: string, prefix: string): Promise<number> {
	const bucket = s3.Bucket(name);
	let total = 0;
	for await (const object of bucket.objects.filter({ Prefix: prefix })) total += object.size ?? 0;
	return total;
}
//#endregion

//#region secrets-manager
export async function passwordFrom(id: string): Promise<string | undefined> {
	const secret = secretsManager.Secret(id);
	console.log(await secret.get("lastChangedDate"));
	return (await secret.getValue()).SecretString;
}
//#endregion

//#region sfn
export async function run(arn: string, input: unknown): Promise<string | undefined> {
	const execution = await sfn.StateMachine(arn).startExecution({ input: JSON.stringify(input) });
	return execution.get("status");
}
//#endregion

//#region sns
export async function tell(topicArn: string, queueArn: string): Promise<number> {
	const topic = sns.Topic(topicArn);
	await topic.subscribe({ Protocol: "sqs", Endpoint: queueArn });
	await topic.publish({ Message: "hello" });
	return (await topic.subscriptions.toArray()).length;
}
//#endregion

//#region sqs
export async function drain(name: string): Promise<void> {
	const queue = await sqs().getQueueByName({ QueueName: name });
	for (const message of await queue.receiveMessages({ MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })) {
		console.log(message.body);
		await message.delete();
	}
}
//#endregion

//#region ssm
export async function settings(path: string): Promise<Map<string, string | undefined>> {
	const found = new Map<string, string | undefined>();
	const parameters = ssm().parametersByPath.filter({ Path: path, Recursive: true, WithDecryption: true });
	for await (const { name, value } of parameters) found.set(name, value);
	return found;
}
//#endregion
