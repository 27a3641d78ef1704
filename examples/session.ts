/** Code for docs/session.md. */

import { GetObjectCommand } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type AwsSession, accountSessions, assumeRole, defaultSession, session } from "aws-scope";

export function makeSessions() {
	//#region makers
	const own = defaultSession();
	const ci = session({ profile: "ci" });
	const admin = session({ profile: "admin", mfa: { code: (serialNumber) => ask(`MFA code for ${serialNumber}:`) } });
	const given = session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" } });
	const pod = session({
		webIdentityTokenFile: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
		roleArn: "arn:aws:iam::111111111111:role/pod",
	});
	const tenant = assumeRole({
		account: "222222222222",
		role: "team/orders",
		externalId: "acme-7d1f",
		tags: { tenant: "acme" },
	});
	const accounts = accountSessions({ role: "Reader" });
	const reader = accounts("333333333333");
	//#endregion
	return { own, ci, admin, given, pod, tenant, reader };
}

const ask = async (question: string): Promise<string> => question.slice(0, 6);

export function chain(): AwsSession {
	//#region chain
	const hub = assumeRole({ account: "222222222222", role: "hub" });
	const leaf = assumeRole({ from: hub, account: "333333333333", role: "leaf" });
	//#endregion
	return leaf;
}

export async function use(tenant: AwsSession): Promise<unknown> {
	//#region use
	const { account, arn } = await tenant.whoami();
	const tables = await tenant.clients.dynamodb("eu-central-1").listTables({});
	const again = await tenant.run(() => readSomething());
	//#endregion
	return { account, arn, tables, again };
}

const readSomething = async (): Promise<string> => "something";

export async function presign(tenant: AwsSession): Promise<string> {
	//#region presign
	await tenant.credentials({ minTtl: 1800 });
	const command = new GetObjectCommand({ Bucket: "reports", Key: "2026.pdf" });
	const url = await getSignedUrl(tenant.clients.s3("eu-central-1"), command, { expiresIn: 1800 });
	//#endregion
	return url;
}

export function byHand(tenant: AwsSession): SQSClient {
	//#region by-hand
	const queues = new SQSClient({ region: "eu-central-1", credentials: tenant.credentials });
	//#endregion
	return queues;
}
