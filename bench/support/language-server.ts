/** An editor's side of the TypeScript language server: opens one file and asks for completions. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const COMPILER = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly result?: unknown;
	readonly error?: { readonly message: string };
}

interface Completions {
	readonly items: readonly { readonly label: string }[];
}

export class LanguageServer {
	readonly #server: ChildProcessWithoutNullStreams;
	readonly #waiting = new Map<number, (message: Message) => void>();
	#received = Buffer.alloc(0);
	#id = 0;
	#version = 0;

	/** @param root the folder of the application */
	constructor(root: string) {
		this.#server = spawn(process.execPath, [COMPILER, "--lsp", "--stdio"], { cwd: root });
		this.#server.stderr.resume();
		this.#server.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
	}

	async start(root: string): Promise<void> {
		const rootUri = pathToFileURL(root).href;
		await this.#request("initialize", { processId: process.pid, rootUri, capabilities: {} });
		this.#send({ method: "initialized", params: {} });
	}

	/** Opens a file, as an editor that has just started. */
	open(file: string, text: string): void {
		writeFileSync(file, text);
		const textDocument = { uri: pathToFileURL(file).href, languageId: "typescript", version: ++this.#version, text };
		this.#send({ method: "textDocument/didOpen", params: { textDocument } });
	}

	/** Replaces the text, as typing does. */
	change(file: string, text: string): void {
		const textDocument = { uri: pathToFileURL(file).href, version: ++this.#version };
		this.#send({ method: "textDocument/didChange", params: { textDocument, contentChanges: [{ text }] } });
	}

	/** The names that complete the text at its end. */
	async complete(file: string, text: string): Promise<readonly string[]> {
		const lines = text.split("\n");
		const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
		const textDocument = { uri: pathToFileURL(file).href };
		const found = await this.#request("textDocument/completion", { textDocument, position });
		const items = Array.isArray(found) ? (found as Completions["items"]) : ((found as Completions | null)?.items ?? []);
		return items.map(({ label }) => label);
	}

	stop(): void {
		this.#server.kill();
	}

	#send(message: object): void {
		const body = JSON.stringify({ jsonrpc: "2.0", ...message });
		this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	}

	#request(method: string, params: object): Promise<unknown> {
		const id = ++this.#id;
		this.#send({ id, method, params });
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, ({ result, error }) =>
				error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
			);
		});
	}

	#receive(chunk: Buffer): void {
		this.#received = Buffer.concat([this.#received, chunk]);
		for (;;) {
			const end = this.#received.indexOf("\r\n\r\n");
			if (end < 0) return;
			const [, length] = /Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, end)) ?? [];
			const size = Number(length);
			if (this.#received.length < end + 4 + size) return;
			const message: Message = JSON.parse(this.#received.toString("utf8", end + 4, end + 4 + size));
			this.#received = this.#received.subarray(end + 4 + size);
			if (message.id === undefined) continue;
			// The server also asks: which settings there are, for one. It goes on without.
			if (message.method !== undefined) this.#send({ id: message.id, result: null });
			else this.#waiting.get(message.id)?.(message);
		}
	}
}
