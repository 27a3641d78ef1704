/** The README of aws-assume-role-lib, as the TypeScript column of docs/from-boto3.md. */

import { assumeRole, session } from "aws-scope";

const roleArn = "arn:aws:iam::123456789012:role/MyRole";

/** Assume a role by hand: what both libraries save you */
export async function assumeARoleByHand() {
	const assumed = assumeRole({
		roleArn,
		sessionName: "something_you_have_to_think_about",
	});
	console.log((await assumed.whoami()).arn);
}

/** Assume a role: its credentials are refreshed */
export async function assumeARole() {
	const assumed = assumeRole({
		roleArn,
		sessionName: "my-session",
	});
	console.log((await assumed.whoami()).arn);
}

/** Use the session that assumes, and the assumed one */
export async function useBothSessions() {
	const own = session({ profile: "default" });
	const assumed = assumeRole({ roleArn, from: own });

	console.log((await own.whoami()).account);
	console.log((await assumed.whoami()).account);
}

/** Keep a session in Lambda: sessions are kept for you */
export async function keepASessionInLambda() {
	async function handler() {
		const assumed = assumeRole({
			roleArn,
			sessionName: "orders.1234",
		});
		console.log((await assumed.whoami()).account);
	}

	await handler();
}

/** Every parameter of AssumeRole */
export async function restrictASession() {
	const assumed = assumeRole({
		roleArn,
		policy: { Version: "2012-10-17", Statement: [] },
		durationSeconds: 900,
		externalId: "acme-7d1f",
		sourceIdentity: "ann",
		tags: { team: "a" },
		transitiveTagKeys: ["team"],
	});
	console.log((await assumed.whoami()).account);
}

/** Start from any session */
export async function startFromAnySession() {
	const assumed = assumeRole({ roleArn });
	console.log((await assumed.whoami()).account);

	const from = session({ profile: "default" });
	const fromProfile = assumeRole({ roleArn, from });
	console.log((await fromProfile.whoami()).account);
}

/** Name a role by its account */
export function nameARole() {
	const role = assumeRole({
		account: "123456789012",
		role: "team/MyRole",
	});
	console.log(role.roleArn);
}
