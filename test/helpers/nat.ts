/** A NAT between this process and a server that drops connections after they were idle for too long. */

import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A running NAT. */
export interface Nat extends AsyncDisposable {
	/** `http://127.0.0.1:<port>`: an origin of its own. */
	readonly endpoint: string;
	/** The number of connections that were used after they had been dropped, and were reset. */
	cut(): number;
	/** The number of open connections. */
	open(): number;
	/** The number of connections that were opened since the start. */
	opened(): number;
}

/** Forwards to a port of 127.0.0.1. A connection that was idle for longer than `forgets` is reset when it is used again. */
export async function startNat(
	port: number,
	now: () => number = () => 0,
	forgets: number = Number.POSITIVE_INFINITY,
): Promise<Nat> {
	const sockets = new Set<Socket>();
	let [cut, opened] = [0, 0];
	const server = createServer((inner) => {
		opened += 1;
		sockets.add(inner);
		const outer = connect(port, "127.0.0.1");
		let used = now();
		inner.on("data", (data) => {
			if (now() - used > forgets) {
				cut += 1;
				inner.resetAndDestroy();
				return;
			}
			used = now();
			outer.write(data);
		});
		outer.on("data", (data) => {
			used = now();
			inner.write(data);
		});
		const end = (): void => {
			sockets.delete(inner);
			inner.destroy();
			outer.destroy();
		};
		for (const socket of [inner, outer]) socket.on("close", end).on("end", end).on("error", end);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		cut: () => cut,
		open: () => sockets.size,
		opened: () => opened,
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
