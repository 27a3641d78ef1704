/** Lambda handlers, plain and with Middy 6. */

import middy from "@middy/core";
import { withAwsScope } from "aws-scope";
import { awsScope, type MiddyRequest, openAwsScope } from "aws-scope/middy";
import { accounts, BY_HAND, type EntryPoint, ONE, one, own, scoped, stored } from "./entry-point.js";

interface Order {
	readonly account: string;
}
type Answer = (order: Order) => string;
type Handler = (order: Order, context: object) => Promise<string>;

const handler =
	(answer: Answer): Handler =>
	async (order) =>
		answer(order);
const chain = (answer: Answer) => middy(handler(answer)) as unknown as Handler;
const invoke = (handle: Handler) => (account: string) => handle({ account }, {});

const named: Answer = ({ account }) => account;
const found = ({ account }: Order) => ({ account, accounts });
const byHand =
	(handle: Handler): Handler =>
	(order, context) =>
		own.run({ account: order.account }, () => handle(order, context));

export const plain: EntryPoint = {
	[BY_HAND]: { bare: () => invoke(handler(named)), added: () => invoke(byHand(handler(stored))) },
	"withAwsScope(fn, { account, accounts })": {
		bare: () => invoke(handler(one)),
		added: () => invoke(withAwsScope(handler(scoped), { account: ONE, accounts })),
		account: ONE,
	},
	"withAwsScope(fn, (event) => spec)": {
		bare: () => invoke(handler(named)),
		added: () => invoke(withAwsScope(handler(scoped), found)),
	},
};

export const underMiddy: EntryPoint = {
	[BY_HAND]: { bare: () => invoke(chain(named)), added: () => invoke(byHand(chain(stored))) },
	"withAwsScope(middy(fn), { account, accounts })": {
		bare: () => invoke(chain(one)),
		added: () => invoke(withAwsScope(chain(scoped), { account: ONE, accounts })),
		account: ONE,
	},
	"withAwsScope(middy(fn), (event) => spec)": {
		bare: () => invoke(chain(named)),
		added: () => invoke(withAwsScope(chain(scoped), found)),
	},
	"openAwsScope(middy(fn)).use(awsScope({ account, accounts }))": {
		bare: () => invoke(chain(one)),
		added: () =>
			invoke(openAwsScope(middy(handler(scoped))).use(awsScope({ account: ONE, accounts })) as unknown as Handler),
		account: ONE,
	},
	"openAwsScope(middy(fn)).use(awsScope((request) => spec))": {
		bare: () => invoke(chain(named)),
		added: () =>
			invoke(
				openAwsScope(middy(handler(scoped))).use(
					awsScope(({ event }: MiddyRequest<Order>) => found(event)),
				) as unknown as Handler,
			),
	},
};
