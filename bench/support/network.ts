/** Puts TLS and a distance between a client and a local server. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { generate } from "selfsigned";

/** A server's key and certificate. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/**
 * Creates a certificate for `localhost`, and has processes that are started from now on trust it. AWS's certificates are of
 * this kind, too: RSA, 2048 bits.
 */
export async function trustedCertificate(): Promise<Certificate> {
	const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
		keySize: 2048,
		algorithm: "sha256",
		extensions: [
			{ name: "basicConstraints", cA: true, critical: true },
			{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
		],
	});
	const file = join(mkdtempSync(join(tmpdir(), "bench-")), "ca.pem");
	writeFileSync(file, cert);
	process.env["NODE_EXTRA_CA_CERTS"] = file;
	return { key, cert };
}

/** Makes a local server reachable through TLS, at a distance. Returns the endpoint. */
export async function distant(port: number, certificate: Certificate | undefined, latencyMs: number): Promise<string> {
	const front =
		certificate === undefined
			? port
			: await listen(createTlsServer({ ...certificate }, (socket) => forward(socket, connect(port, "127.0.0.1"), 0)));
	const far =
		latencyMs === 0
			? front
			: await listen(createServer((socket) => forward(socket, connect(front, "127.0.0.1"), latencyMs)));
	return certificate === undefined ? `http://127.0.0.1:${far}` : `https://localhost:${far}`;
}

async function listen(server: Server): Promise<number> {
	server.on("tlsClientError", () => undefined);
	await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
	return (server.address() as AddressInfo).port;
}

/** Forwards both ways. Each way takes half of the latency, and a new connection one round trip. */
function forward(client: Socket, server: Socket, latencyMs: number): void {
	for (const [from, to, handshake] of [
		[client, server, latencyMs],
		[server, client, 0],
	] as const) {
		from.setNoDelay(true);
		from.on("error", () => to.destroy());
		from.on("close", () => setTimeout(() => to.destroy(), latencyMs));
		if (latencyMs === 0) {
			from.pipe(to);
			continue;
		}
		const opened = performance.now() + handshake;
		const queue: Buffer[] = [];
		from.on("data", (chunk: Buffer) => {
			queue.push(chunk);
			const wait = Math.max(0, opened - performance.now()) + latencyMs / 2;
			setTimeout(() => to.write(queue.shift() as Buffer), wait);
		});
	}
}
