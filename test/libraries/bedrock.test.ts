/** The AI SDK's Amazon Bedrock: each prompt goes to the model of its own tenant's account. */

import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { afterEach, expect, test, vi } from "vitest";
import { currentAwsScope, runInAwsScope } from "../../src/index.js";
import { isUnscoped, meantFor, startTenants, type TenantAws } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

const KEY = "the process's own key";
vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", KEY);
const { model } = await import("../../examples/library-bedrock.js");
vi.unstubAllEnvs();

const OPERATIONS = scale(300, 1_000);
const SEED = runSeed();

/** A model that answers with the account that asked. */
const start = (tenants: number): Promise<TenantAws> =>
	startTenants({
		tenants,
		handlers: {
			bedrock: ({ identity }) => ({
				headers: { "content-type": "application/json" },
				body: JSON.stringify({
					output: { message: { role: "assistant", content: [{ text: identity.accountId }] } },
					stopReason: "end_turn",
					usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
				}),
			}),
		},
	});

async function ask(of: typeof model, account: string): Promise<unknown> {
	const { content } = await of.doGenerate({
		prompt: [{ role: "user", content: [{ type: "text", text: meantFor(account) }] }],
	});
	return content[0];
}
const answerOf = (account: string): object => ({ type: "text", text: account });

afterEach(() => vi.unstubAllEnvs());

test("one model signs each prompt for the current scope: 0 wrong, 0 as the process, even if the environment has an API key", async () => {
	await using all = await start(20);
	const failures = await interleave(
		{ seed: SEED, invocations: OPERATIONS, tenants: all.tenants, concurrency: 50 },
		({ tenant: account, pause }) =>
			runInAwsScope({ account, accounts: all.accounts }, async () => {
				await pause();
				expect(await ask(model, account)).toEqual(answerOf(account));
			}),
	);
	expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
	expect(all.seen).toHaveLength(OPERATIONS);
	expect(all.wrong()).toEqual([]);
	expect(all.seen.filter(isUnscoped)).toEqual([]);
	// The AI SDK passes on the message alone.
	expect((await failure(ask(model, "nobody"))).message).toContain("currentAwsScope()");
	expect(all.seen).toHaveLength(OPERATIONS);
}, 120_000);

test("one model of the first tenant's credentials signs all as the first tenant, which nobody can refuse", async () => {
	await using all = await start(3);
	const [first = ""] = all.tenants;
	const one = runInAwsScope({ account: first, accounts: all.accounts }, () =>
		createAmazonBedrock({
			region: "eu-central-1",
			credentialProvider: currentAwsScope().session.credentials,
			apiKey: "",
		})("amazon.nova-lite-v1:0"),
	);
	for (const account of all.tenants) {
		await runInAwsScope({ account, accounts: all.accounts }, async () => {
			expect(await ask(one, account)).toEqual(answerOf(first));
		});
	}
	expect(all.wrong()).toHaveLength(2);
});

test("with an API key in the environment, a model with nothing but a provider sends the key for every tenant", async () => {
	await using all = await start(1);
	vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", KEY);
	const sent: (string | undefined)[] = [];
	const one = createAmazonBedrock({
		region: "eu-central-1",
		credentialProvider: () => currentAwsScope().session.credentials(),
		fetch: async (_url, init) => {
			sent.push(new Headers(init?.headers).get("authorization") ?? undefined);
			throw new Error("not sent");
		},
	})("amazon.nova-lite-v1:0");
	const [account = ""] = all.tenants;
	await runInAwsScope({ account, accounts: all.accounts }, () => failure(ask(one, account)));
	expect(sent).toEqual([`Bearer ${KEY}`]);
});
