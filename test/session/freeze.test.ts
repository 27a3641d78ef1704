/** A process that is stopped past the expiry of its credentials and past the server's keep-alive serves its next requests. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../local-aws/index.js";
import { gate } from "../helpers/barrier.js";

const ACCOUNT = "111111111111";
const root = fileURLToPath(new URL("../..", import.meta.url));

interface Frozen extends AsyncDisposable {
	readonly aws: LocalAws;
	readonly child: ChildProcess;
	/** Requests at once, and what they gave; 0 begins a refresh instead, below 0 they are made by a timer of a second. */
	ask(count: number): Promise<string[]>;
	/** Stops the process until its credentials have expired and every connection has been closed, then continues it. */
	freeze(): Promise<void>;
}

async function start(overrideSeconds = 2): Promise<Frozen> {
	const aws = await startLocalAws({
		accounts: [ACCOUNT],
		// Node tells clients of it in whole seconds; told of less than one, they keep no connection at all.
		keepAliveMs: 2_000,
		credentialLifetime: { overrideSeconds },
		handlers: { dynamodb: ({ identity }) => ({ body: { TableNames: [identity.accountId] } }) },
	});
	const child = fork(fileURLToPath(new URL("./frozen-child.ts", import.meta.url)), {
		cwd: root,
		execArgv: ["--import", "./scripts/ts.mjs"],
		env: { ...process.env, ...aws.env },
	});
	await once(child, "message");
	return {
		aws,
		child,
		async ask(count) {
			child.send(count);
			const [answers] = await once(child, "message");
			return answers as string[];
		},
		async freeze() {
			child.kill("SIGSTOP");
			await wait(2_200);
			while (aws.stats().connections.open > 0) await wait(50);
		},
		async [Symbol.asyncDispose]() {
			child.kill("SIGKILL");
			await once(child, "exit");
			await aws.close();
		},
	};
}

const good = (count: number) => Array.from({ length: count }, () => ACCOUNT);

test.concurrent.each([1, 20])("%d at once, without a retry of the SDK's", async (count) => {
	await using frozen = await start();
	const { aws, child, ask, freeze } = frozen;
	expect(await ask(count)).toEqual(good(count));
	aws.resetCounts();
	await freeze();
	// It finds the work, the closed sockets and the late hour all at once.
	const answers = ask(count);
	child.kill("SIGCONT");
	expect(await answers).toEqual(good(count));
	expect(aws.stats().assumeRole.succeeded).toBe(1);
	expect(aws.stats().errors).toEqual({});
});

test.concurrent("20 at once that a timer makes on waking, over connections that were closed meanwhile", async () => {
	await using frozen = await start(3_600);
	const { aws, child, ask, freeze } = frozen;
	expect(await ask(20)).toEqual(good(20));
	expect(await ask(-20)).toBe("armed");
	await freeze();
	const answers = once(child, "message");
	child.kill("SIGCONT");
	expect(await answers).toEqual([good(20), undefined]);
	expect(aws.stats().assumeRole.total).toBe(1);
});

test.concurrent("when the freeze came in the middle of a refresh", async () => {
	await using frozen = await start();
	const { aws, child, ask, freeze } = frozen;
	expect(await ask(1)).toEqual(good(1));
	const held = gate();
	const fault = aws.fail({ kind: "delay", service: "sts", until: held.opened });
	expect(await ask(0)).toEqual([]);
	await expect.poll(() => aws.stats().assumeRole.inFlight).toBe(1);
	child.kill("SIGSTOP");
	fault[Symbol.dispose]();
	held.open();
	await freeze();
	// The answer has been waiting in the socket, and has expired there.
	const answers = ask(5);
	child.kill("SIGCONT");
	expect(await answers).toEqual(good(5));
	expect(aws.stats().errors).toEqual({});
});
