/** A middleware has found the tenant id. The spec looks it up in the function's own account. */

import type { Context } from "aws-lambda";
import { accountSessions, clients } from "aws-scope";
import { awsScope, type MiddyRequest } from "aws-scope/middy";

const accounts = accountSessions({ role: "orders" });

interface Order {
	readonly id: string;
}

//#region lookup
export const ofTenant = awsScope(async ({ internal }: MiddyRequest<Order, Context, { tenant: string }>) => {
	const tenants = clients.dynamodbDocument();
	const { Item } = await tenants.get({ TableName: "tenants", Key: { id: internal.tenant } });
	return accounts(Item?.["account"]); // not found: TenantNotFoundError, never your own account
});
//#endregion
