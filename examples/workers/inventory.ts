/** The task of all workers: counts the instances of one account in one region, and keeps the count in the worker's own account. */

import { paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { accountSessions, clients, defaultSession } from "aws-scope";
import type { TaskRun, WorkerTarget } from "aws-scope/worker";

export const accounts = accountSessions({ role: process.env["ROLE_NAME"] ?? "Reader" });

//#region task
export async function countInstances({ account, region }: WorkerTarget, { signal }: TaskRun): Promise<number> {
	let count = 0;
	for await (const { Reservations = [] } of paginateDescribeInstances(
		{ client: clients.ec2() },
		{},
		{ abortSignal: signal },
	)) {
		count += Reservations.reduce((sum, { Instances = [] }) => sum + Instances.length, 0);
	}
	// The table is the worker's own, so its session and region are named. One item per target: doing it twice changes nothing.
	const own = clients.dynamodbDocument({ session: defaultSession(), region: process.env["AWS_REGION"] });
	await own.put({ TableName: process.env["TABLE_NAME"], Item: { target: `${account}/${region}`, count } });
	return count;
}
//#endregion
