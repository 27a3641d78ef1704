/** A network in which AWS's real hosts are reachable only through a proxy, with certificates of a private authority. */

import { createServer } from "node:http";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { generate } from "selfsigned";

const REGION = "eu-central-1";

/** A running proxy. */
export interface Network extends AsyncDisposable {
	readonly region: string;
	/** The URL of the proxy. */
	readonly proxy: string;
	/** The certificate of the authority that signs the hosts' certificates, and a client's key and certificate. */
	readonly authority: string;
	readonly client: { readonly key: string; readonly cert: string };
	/** The targets of the proxy's CONNECT requests, in order. */
	readonly connected: string[];
	/** The subject of the client certificate of each accepted TLS connection. */
	readonly clients: string[];
}

const subject = (value: string) => [{ name: "commonName", value }];
const made = { keyType: "ec", algorithm: "sha256" } as const;

/**
 * Starts the proxy. It forwards every host to `port` on this machine, through TLS for port 443. `clientCertificates`
 * requires a client certificate of the authority.
 */
export async function startNetwork(port: number, { clientCertificates = false } = {}): Promise<Network> {
	const ca = await generate(subject("A private authority"), {
		...made,
		extensions: [
			{ name: "basicConstraints", cA: true, critical: true },
			{ name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
		],
	});
	const signed = { ...made, ca: { key: ca.private, cert: ca.cert } };
	const altNames = [`*.${REGION}.amazonaws.com`, `*.ddb.${REGION}.amazonaws.com`].map(
		(value) => ({ type: 2, value }) as const,
	);
	const host = await generate(subject("aws"), { ...signed, extensions: [{ name: "subjectAltName", altNames }] });
	const client = await generate(subject("orders"), signed);
	const [connected, clients]: [string[], string[]] = [[], []];
	const open = new Set<Socket>();
	const join = (from: Socket, to: Socket): void => {
		for (const socket of [from, to]) {
			open.add(socket);
			socket.on("error", () => undefined);
			socket.on("close", () => {
				open.delete(socket);
				from.destroy();
				to.destroy();
			});
		}
		from.pipe(to).pipe(from);
	};
	const front = createTlsServer(
		{ key: host.private, cert: host.cert, ca: ca.cert, requestCert: clientCertificates },
		(socket: TLSSocket) => {
			const name = socket.getPeerCertificate().subject?.CN;
			clients.push(Array.isArray(name) ? name.join() : (name ?? "nobody"));
			join(socket, connect(port, "127.0.0.1"));
		},
	);
	front.on("tlsClientError", () => undefined);
	const proxy = createServer((_request, response) => void response.writeHead(501).end());
	proxy.on("connect", ({ url = "" }, socket: Socket) => {
		connected.push(url);
		socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
		join(socket, connect(url.endsWith(":443") ? portOf(front) : port, "127.0.0.1"));
	});
	await Promise.all([front, proxy].map(listening));
	return {
		region: REGION,
		proxy: `http://127.0.0.1:${portOf(proxy)}`,
		authority: ca.cert,
		client: { key: client.private, cert: client.cert },
		connected,
		clients,
		async [Symbol.asyncDispose]() {
			for (const socket of open) socket.destroy();
			await Promise.all([front, proxy].map((server) => new Promise((resolve) => server.close(resolve))));
		},
	};
}

const listening = (server: Server): Promise<void> =>
	new Promise((resolve) => void server.listen(0, "127.0.0.1", resolve));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
