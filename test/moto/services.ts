/** Five services, seen alike: make a thing, list what there is, look for one thing. Clients come from the scope. */

import { DynamoDB, paginateListTables } from "@aws-sdk/client-dynamodb";
import { EC2, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { Organizations, paginateListAccounts } from "@aws-sdk/client-organizations";
import { S3 } from "@aws-sdk/client-s3";
import { paginateListQueues, SQS } from "@aws-sdk/client-sqs";
import { client, clients } from "../../src/index.js";

/** What moto says about a thing that was made. */
export interface Made {
	readonly id: string;
	/** The account that owns it, where the service tells. */
	readonly owner: string | undefined;
}

/** How a client is obtained: `clients.x()` or `client(Class)`. */
export type Way = "accessor" | "class";

/** One service. */
export interface Service {
	readonly name: string;
	/** What an account needs before anything can be made there. */
	prepare?(): Promise<unknown>;
	make(label: string, way: Way): Promise<Made>;
	/** The labels of everything of this service in the scope's account. */
	list(way: Way): Promise<(string | undefined)[]>;
	/** Asks for the thing of this id; rejected when the scope's account has none or may not see it. */
	find(id: string): Promise<unknown>;
	/** The error by which it is then rejected. */
	readonly refusal: string;
}

/** All pages, in one list. */
async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => Item[] | undefined): Promise<Item[]> {
	const found: Item[] = [];
	for await (const page of pages) found.push(...(items(page) ?? []));
	return found;
}

const accountOf = (arn: string | undefined): string | undefined => arn?.split(":")[4];

const dynamodb: Service = {
	name: "DynamoDB",
	async make(label, way) {
		const db = way === "accessor" ? clients.dynamodb() : client(DynamoDB);
		const { TableDescription } = await db.createTable({
			TableName: label,
			AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
			KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
			BillingMode: "PAY_PER_REQUEST",
		});
		await db.putItem({ TableName: label, Item: { id: { S: "label" }, label: { S: label } } });
		const { Item } = await db.getItem({ TableName: label, Key: { id: { S: "label" } } });
		if (Item?.["label"]?.S !== label) throw new Error(`The item of ${label} came back as ${JSON.stringify(Item)}.`);
		return { id: label, owner: accountOf(TableDescription?.TableArn) };
	},
	list: (way) =>
		all(
			paginateListTables({ client: way === "accessor" ? clients.dynamodb() : client(DynamoDB) }, {}),
			({ TableNames }) => TableNames,
		),
	find: (id) => clients.dynamodb().describeTable({ TableName: id }),
	refusal: "ResourceNotFoundException",
};

const bucket = (label: string): string => `bucket-${label}`;

const s3: Service = {
	name: "S3",
	async make(label, way) {
		const files = way === "accessor" ? clients.s3() : client(S3);
		await files.createBucket({ Bucket: bucket(label) });
		await files.putObject({ Bucket: bucket(label), Key: "label", Body: label });
		const { Body } = await files.getObject({ Bucket: bucket(label), Key: "label" });
		const text = await Body?.transformToString();
		if (text !== label) throw new Error(`The object of ${label} came back as ${text}.`);
		return { id: bucket(label), owner: undefined };
	},
	async list(way) {
		const { Buckets } = await (way === "accessor" ? clients.s3() : client(S3)).listBuckets({});
		return (Buckets ?? []).map(({ Name }) => Name?.replace("bucket-", ""));
	},
	// The names of buckets are shared by all accounts: here the answer is not "there is none" but "not yours".
	find: (id) => clients.s3().getObject({ Bucket: id, Key: "label" }),
	refusal: "AccessDenied",
};

const sqs: Service = {
	name: "SQS",
	async make(label, way) {
		const queues = way === "accessor" ? clients.sqs() : client(SQS);
		const { QueueUrl = "" } = await queues.createQueue({ QueueName: label });
		await queues.sendMessage({ QueueUrl, MessageBody: label });
		const { Messages } = await queues.receiveMessage({ QueueUrl });
		if (Messages?.[0]?.Body !== label) throw new Error(`The message of ${label} came back as ${Messages?.[0]?.Body}.`);
		return { id: label, owner: new URL(QueueUrl).pathname.split("/")[1] };
	},
	async list(way) {
		const queues = way === "accessor" ? clients.sqs() : client(SQS);
		const urls = await all(paginateListQueues({ client: queues }, {}), ({ QueueUrls }) => QueueUrls);
		return urls.map((url) => url.split("/").at(-1));
	},
	find: (id) => clients.sqs().getQueueUrl({ QueueName: id }),
	refusal: "QueueDoesNotExist",
};

const ec2: Service = {
	name: "EC2",
	async make(label, way) {
		const { OwnerId, Instances } = await (way === "accessor" ? clients.ec2() : client(EC2)).runInstances({
			ImageId: "ami-12c6146b",
			InstanceType: "t3.micro",
			MinCount: 1,
			MaxCount: 1,
			TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: label }] }],
		});
		return { id: Instances?.[0]?.InstanceId ?? "", owner: OwnerId };
	},
	async list(way) {
		const pages = paginateDescribeInstances({ client: way === "accessor" ? clients.ec2() : client(EC2) }, {});
		const reservations = await all(pages, ({ Reservations }) => Reservations);
		return reservations.flatMap(({ Instances = [] }) => Instances.map(({ Tags }) => Tags?.[0]?.Value));
	},
	find: (id) => clients.ec2().describeInstances({ InstanceIds: [id] }),
	refusal: "InvalidInstanceID.NotFound",
};

const organizations: Service = {
	name: "Organizations",
	prepare: () => clients.organizations().createOrganization({ FeatureSet: "ALL" }),
	async make(label, way) {
		const org = way === "accessor" ? clients.organizations() : client(Organizations);
		const { CreateAccountStatus } = await org.createAccount({ AccountName: label, Email: `${label}@example.com` });
		const { Organization } = await org.describeOrganization({});
		return { id: CreateAccountStatus?.AccountId ?? "", owner: Organization?.MasterAccountId };
	},
	async list(way) {
		const org = way === "accessor" ? clients.organizations() : client(Organizations);
		const accounts = await all(paginateListAccounts({ client: org }, {}), ({ Accounts }) => Accounts);
		// The management account itself is listed, too, under this name.
		return accounts.map(({ Name }) => Name).filter((name) => name !== "master");
	},
	find: (id) => clients.organizations().describeAccount({ AccountId: id }),
	refusal: "AccountNotFoundException",
};

/** Every service that is looked at. */
export const SERVICES: readonly Service[] = [dynamodb, s3, sqs, ec2, organizations];
