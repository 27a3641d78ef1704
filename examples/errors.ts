/** Code for docs/errors.md. */

import { AwsScopeError, type AwsSession, errors } from "aws-scope";

/** The session's account, or a message for the caller. */
export async function accountOf(tenant: AwsSession): Promise<string> {
	//#region catch
	try {
		return (await tenant.whoami()).account;
	} catch (error) {
		if (error instanceof errors.AssumeRoleDeniedError) return "Your role does not trust us yet.";
		if (error instanceof AwsScopeError) return `Something is wrong on our side: ${error.code}`;
		throw error;
	}
	//#endregion
}
