/** The README of BotoClientUtils, as the TypeScript column of docs/from-boto3.md. */

import type { Instance } from "@aws-sdk/client-ec2";
import { accountSessions } from "aws-scope";
import { ec2 } from "aws-scope/resources";

/** Assume a role in any account */
export async function assumeARoleOfAnyAccount() {
	const accounts = accountSessions({
		role: "my-remote-role-existing-in-all-my-accounts",
		sessionName: "my-session-name",
	});
	const { arn } = await accounts("123456789012").whoami();
	console.log(arn);
}

/** List the instances of all accounts and regions */
export async function listInstancesOfAllAccounts() {
	const sessions = accountSessions({
		role: "a-role-existing-in-all-my-accounts",
	});

	const allMyInstances: Instance[] = [];

	async function listInstances(
		account: string,
		region: string,
	) {
		const ec2 = sessions(account).clients.ec2(region);
		const { Reservations = [] } =
			await ec2.describeInstances();
		for (const { Instances = [] } of Reservations) {
			allMyInstances.push(...Instances);
		}
	}

	const accounts = [
		"123456789012",
		"234567890123",
		"345678901234",
	];
	const regions = ["eu-west-1", "eu-west-3"];

	const calls = accounts.flatMap((account) =>
		regions.map((region) => listInstances(account, region)),
	);
	await Promise.all(calls);

	console.log(allMyInstances.length);
}

/** Use the resources of another account */
export async function useResourcesOfAnotherAccount() {
	const accounts = accountSessions({
		role: "a-role-existing-in-all-my-accounts",
	});
	const session = accounts("234567890123");
	const theirs = ec2({ session, region: "eu-west-1" });
	for await (const instance of theirs.instances) {
		console.log(instance.instanceType);
	}
}

/** Share sessions between modules: equal options give the same sessions */
export async function shareManagersBetweenModules() {
	const role = "a-role-existing-in-all-my-accounts";
	const one = accountSessions({ role })("234567890123");
	const same = accountSessions({ role })("234567890123");
	console.log(one === same);
}
