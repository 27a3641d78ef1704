/** Code for docs/home.md. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { accountSessions, type ChannelMessages, type ChannelName, close, configure, stats } from "aws-scope";

export function settings(): void {
	//#region settings
	configure({
		region: "eu-central-1",
		accounts: accountSessions({ role: "orders" }),
		requireScope: true,
		maxClients: 2_000,
	});
	//#endregion
}

export function look(): unknown {
	//#region stats
	const { clients, sessions, assumeRoleCalls, busySockets, refusals } = stats();
	//#endregion
	return { clients, sessions, assumeRoleCalls, busySockets, refusals };
}

/** Logs each refusal until the returned function is called. */
export function watch(log: (line: string) => void): () => void {
	//#region events
	const channel: ChannelName = "aws-scope:refused";
	const listener = (message: unknown) => {
		const { code, message: text } = message as ChannelMessages["refused"];
		log(`${code}: ${text}`);
	};
	subscribe(channel, listener);
	//#endregion
	return () => void unsubscribe(channel, listener);
}

export async function end(): Promise<void> {
	//#region close
	await close(); // waits up to 5 s for requests in flight
	//#endregion
}
