/** The same requests with the isolation broken: what the comparison at the server must find. */

import { clients, configure, withAwsScope } from "aws-scope";
import { chanceOf } from "./chance.mjs";
import { accounts, ask } from "./tenants.mjs";

let current;
let last;

/** The tenant in one variable, as people write it first. */
export const moduleVariable = async ({ index, seed, tenant }) => {
	const { pause } = chanceOf(seed + index);
	current = accounts(tenant);
	await pause();
	return { answered: await ask(tenant, current.clients.dynamodb()) };
};

/** The scope itself, when one call is given the scope of the call before. */
export const lastScope = async (event) => {
	const { storage } = globalThis[Symbol.for("aws-scope/1")];
	const getStore = storage.getStore.bind(storage);
	if (current === undefined) {
		current = "patched";
		configure({ strayedClient: "allow" });
		storage.getStore = () => {
			const cell = getStore();
			if (cell?.session === undefined) return cell;
			const taken = last ?? cell;
			last = cell;
			return taken;
		};
	}
	return scoped(event);
};

const scoped = withAwsScope(
	async ({ index, seed, tenant }) => {
		const { pause } = chanceOf(seed + index);
		await pause();
		return { answered: await ask(tenant, clients.dynamodb()) };
	},
	({ tenant }) => ({ account: tenant, accounts }),
);
