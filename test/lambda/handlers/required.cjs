/** The CommonJS build, in a handler that is required, beside the ESM build: one home, one scope. */

const { accountSessions, clients, tryCurrentAwsScope, withAwsScope } = require("aws-scope");
const { awsScope, openAwsScope } = require("aws-scope/middy");

const accounts = accountSessions({ role: "Tenant", externalId: process.env.EXTERNAL_ID });

async function answer(event) {
	const esm = await import("aws-scope");
	const { Item } = await clients
		.dynamodb()
		.getItem({ TableName: `meant-for-${event.tenant}`, Key: { id: { S: "1" } } });
	return { answered: Item.account.S, scope: tryCurrentAwsScope().account, inEsm: esm.tryCurrentAwsScope().account };
}

exports.handler = withAwsScope(answer, (event) => ({ account: event.tenant, accounts }));

/** middy is an ES module: such a handler imports it when it is called first. */
let chain;
exports.middy = async (event, context) => {
	chain ??= import("@middy/core").then(({ default: middy }) =>
		openAwsScope(middy(answer)).use(awsScope((request) => ({ account: request.event.tenant, accounts }))),
	);
	return (await chain)(event, context);
};
