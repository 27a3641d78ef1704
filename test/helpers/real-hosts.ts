/** Sends requests for AWS's real hosts to a local AWS, with a request handler that records the host. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { vi } from "vitest";
import { type LocalAws, type LocalAwsOptions, resetAwsScope, startLocalAws } from "../../local-aws/index.js";

/** The process's own account, and the roles' account. */
export const OWN = "999999999999";
export const OTHER = "111111111111";

type Handle = NodeHttpHandler["handle"];

/** An SDK request handler. */
export interface RecordingHandler {
	readonly metadata: { readonly handlerProtocol: string };
	handle(...args: Parameters<Handle>): ReturnType<Handle>;
	destroy(): void;
	updateHttpClientConfig(): void;
	httpHandlerConfigs(): object;
}

/** The local AWS and what was recorded. */
export interface RealHosts extends AsyncDisposable {
	readonly aws: LocalAws;
	readonly handler: RecordingHandler;
	/** The hosts of data requests and of STS calls since the last `forget`, in order. */
	readonly data: string[];
	readonly sts: string[];
	/** The names of the role sessions that were requested from STS. */
	readonly names: string[];
	forget(): void;
	/** Sets the environment of a machine with these files and no other AWS settings. */
	machine(environment?: Readonly<Record<string, string>>, config?: string): void;
	/** Writes a file and returns its path. */
	file(name: string, content: string): string;
}

/** The keys of the process's own account, as lines for a profile. */
export const keysOf = (aws: LocalAws, account = OWN): string => {
	const { accessKeyId, secretAccessKey } = aws.user(account);
	return `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
};

/** Starts it. DynamoDB's ListTables returns the role or user that signed. */
export async function startRealHosts(options: Partial<LocalAwsOptions> = {}): Promise<RealHosts> {
	const aws = await startLocalAws({
		accounts: [OWN, OTHER],
		handlers: { dynamodb: ({ identity }) => ({ body: { TableNames: [identity.roleArn ?? identity.arn] } }) },
		...options,
	});
	const environment = aws.useEnv();
	const directory = mkdtempSync(join(tmpdir(), "aws-scope-hosts-"));
	const inner = new NodeHttpHandler();
	const [data, sts, names]: [string[], string[], string[]] = [[], [], []];
	let files = 0;
	const file = (name: string, content: string): string => {
		// A new path each time, because the SDK reads each file once.
		const path = join(directory, `${++files}-${name}`);
		writeFileSync(path, content);
		return path;
	};
	return {
		aws,
		data,
		sts,
		names,
		handler: {
			metadata: { handlerProtocol: "http/1.1" },
			handle(request, handlerOptions) {
				const { hostname, headers } = request;
				const isSts = headers["content-type"] === "application/x-www-form-urlencoded";
				(isSts ? sts : data).push(hostname);
				const name = isSts ? new URLSearchParams(String(request.body)).get("RoleSessionName") : null;
				if (name !== null) names.push(name);
				const there = { ...request, protocol: "http:", hostname: "127.0.0.1", port: aws.port };
				return inner.handle(there as typeof request, handlerOptions);
			},
			destroy: () => undefined,
			updateHttpClientConfig: () => undefined,
			httpHandlerConfigs: () => ({}),
		},
		forget() {
			for (const list of [data, sts, names]) list.length = 0;
		},
		file,
		machine(variables = {}, config = "") {
			vi.unstubAllEnvs();
			const files = { AWS_CONFIG_FILE: file("config", config), AWS_EC2_METADATA_DISABLED: "true" };
			for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
			// Account-based endpoints would hide the hosts that matter here.
			const all = { ...files, AWS_ACCOUNT_ID_ENDPOINT_MODE: "disabled", ...variables };
			for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
			vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file("credentials", ""));
		},
		async [Symbol.asyncDispose]() {
			await resetAwsScope();
			vi.unstubAllEnvs();
			environment[Symbol.dispose]();
			inner.destroy();
			await aws.close();
			rmSync(directory, { recursive: true });
		},
	};
}
