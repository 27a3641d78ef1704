/** STS, web identity and the SDK's chain go where data requests go: through the proxy, by the private authority, within the limits. */

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { HttpsProxyAgent } from "hpagent";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { type AwsSession, assumeRole, configure, defaultSession, session } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { type Network, startNetwork } from "../helpers/proxy.js";
import { keysOf, OTHER, OWN, type RealHosts, startRealHosts } from "../helpers/real-hosts.js";
import { testTime } from "../helpers/time.js";

const ROLE = `arn:aws:iam::${OTHER}:role/Reader`;

let hosts: RealHosts;
let network: Network;
beforeAll(async () => {
	hosts = await startRealHosts();
	network = await startNetwork(hosts.aws.port);
});
afterEach(async () => {
	await resetAwsScope();
	network.connected.length = 0;
});
afterAll(async () => {
	await network[Symbol.asyncDispose]();
	await hosts[Symbol.asyncDispose]();
});

const sts = (): string => `sts.${network.region}.amazonaws.com:443`;
const dynamodb = (): string => `dynamodb.${network.region}.amazonaws.com:443`;
const throughProxy = () => ({
	httpsAgent: new HttpsProxyAgent({ proxy: network.proxy, ca: network.authority, keepAlive: true }),
});
const own = (): Record<string, string> => {
	const { accessKeyId, secretAccessKey } = hosts.aws.user(OWN);
	return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: network.region };
};
const profile = (): string =>
	`[profile role]\nregion = ${network.region}\nrole_arn = ${ROLE}\nsource_profile = keys\n\n[profile keys]\n${keysOf(hosts.aws)}`;
const pod = (): Record<string, string> => ({
	AWS_REGION: network.region,
	AWS_WEB_IDENTITY_TOKEN_FILE: hosts.file("token", "a-token"),
	AWS_ROLE_ARN: ROLE,
});
const podSession = (): AwsSession =>
	session({ webIdentityTokenFile: process.env["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "", roleArn: ROLE });

const ways: readonly [what: string, machine: () => void, of: () => AwsSession][] = [
	["an assumed role", () => hosts.machine(own()), () => assumeRole({ roleArn: ROLE })],
	["a session of a token file", () => hosts.machine(pod()), podSession],
	["the chain's token file", () => hosts.machine(pod()), defaultSession],
	["a profile with a role", () => hosts.machine({}, profile()), () => session({ profile: "role" })],
	[
		"a profile with a token file",
		() => {
			const token = hosts.file("token", "a-token");
			hosts.machine(
				{},
				`[profile role]\nregion = ${network.region}\nrole_arn = ${ROLE}\nweb_identity_token_file = ${token}\n`,
			);
		},
		() => session({ profile: "role" }),
	],
	["the chain's profile with a role", () => hosts.machine({ AWS_PROFILE: "role" }, profile()), defaultSession],
];

describe.each(ways)("%s", (_what, machine, of) => {
	test("is reached through the proxy of the settings, by the private authority, as data is", async () => {
		machine();
		configure({ clientDefaults: { requestHandler: throughProxy() } });
		const made = of();
		expect((await made.clients.dynamodb().listTables({})).TableNames).toEqual([ROLE]);
		expect((await made.whoami()).account).toBe(OTHER);
		expect(new Set(network.connected)).toEqual(new Set([sts(), dynamodb()]));
	});

	test("is reached through STS's own proxy where only STS has one", async () => {
		machine();
		configure({ clientDefaults: { requestHandler: hosts.handler }, sts: { requestHandler: throughProxy() } });
		hosts.forget();
		const made = of();
		await made.clients.dynamodb().listTables({});
		await made.whoami();
		expect(new Set(network.connected)).toEqual(new Set([sts()]));
		expect(hosts.sts).toEqual([]);
		expect(hosts.data).toHaveLength(1);
	});

	test("is reached through a request handler of the user's", async () => {
		machine();
		const handler = new NodeHttpHandler(throughProxy());
		configure({ clientDefaults: { requestHandler: handler } });
		await of().clients.dynamodb().listTables({});
		expect(new Set(network.connected)).toEqual(new Set([sts(), dynamodb()]));
		handler.destroy();
	});
});

test("the plain SDK behind that proxy asks the same hosts", async () => {
	hosts.machine({ AWS_PROFILE: "role" }, profile());
	const client = new DynamoDBClient({ requestHandler: throughProxy() });
	expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([ROLE]);
	expect(network.connected).toEqual([sts(), dynamodb()]);
});

test("a role assumed from a profile's role goes through it at each step", async () => {
	hosts.machine({}, profile());
	configure({ clientDefaults: { requestHandler: throughProxy() } });
	const leaf = assumeRole({ from: session({ profile: "role" }), roleArn: `arn:aws:iam::${OTHER}:role/Leaf` });
	expect((await leaf.clients.dynamodb().listTables({})).TableNames).toEqual([`arn:aws:iam::${OTHER}:role/Leaf`]);
	expect(network.connected.filter((host) => host === sts()).length).toBeGreaterThan(0);
	expect(hosts.aws.stats().assumeRole.byRole[`arn:aws:iam::${OTHER}:role/Leaf`]).toBe(1);
});

test("settings that change reach the next STS call of sessions that are there already", async () => {
	hosts.machine(own());
	configure({ clientDefaults: { requestHandler: hosts.handler } });
	hosts.forget();
	const made = assumeRole({ roleArn: ROLE });
	await made.credentials();
	expect(hosts.sts).toEqual([`sts.${network.region}.amazonaws.com`]);
	configure({ clientDefaults: { requestHandler: throughProxy() } });
	await made.credentials({ forceRefresh: true });
	expect(network.connected).toEqual([sts()]);
	configure({ clientDefaults: { requestHandler: hosts.handler, useFipsEndpoint: true } });
	await made.credentials({ forceRefresh: true });
	expect(hosts.sts.at(-1)).toBe(`sts-fips.${network.region}.amazonaws.com`);
	configure({ clientDefaults: { requestHandler: hosts.handler }, region: "us-west-2" });
	await made.credentials({ forceRefresh: true });
	expect(hosts.sts.at(-1)).toBe("sts.us-west-2.amazonaws.com");
});

test("forty providers of the user's share STS's sockets with each other", async () => {
	hosts.machine({ ...own(), AWS_ENDPOINT_URL_STS: hosts.aws.endpoint });
	const before = hosts.aws.stats().connections.total;
	const named = (RoleSessionName: string): AwsSession =>
		session({ credentials: fromTemporaryCredentials({ params: { RoleArn: ROLE, RoleSessionName } }) });
	await Promise.all(Array.from({ length: 40 }, (_, n) => named(`user-${n}`).credentials()));
	expect(hosts.aws.stats().connections.total - before).toBeLessThanOrEqual(16);
});

test("a client certificate reaches STS", async () => {
	await using guarded = await startNetwork(hosts.aws.port, { clientCertificates: true });
	const { authority: ca, client } = guarded;
	hosts.machine(own());
	configure({
		clientDefaults: { requestHandler: { httpsAgent: new HttpsProxyAgent({ proxy: guarded.proxy, ca, ...client }) } },
	});
	await assumeRole({ roleArn: ROLE }).clients.dynamodb().listTables({});
	expect(guarded.connected).toHaveLength(2);
	expect(guarded.clients).toEqual(["orders", "orders"]);
});

describe("limits", () => {
	test.each([
		["STS's own", {}, 10_000],
		["a longer one for an answer", { requestTimeout: 30_000 }, 35_000],
		["a longer one for a connection", { connectionTimeout: 12_000 }, 20_000],
		["shorter ones", { connectionTimeout: 100, requestTimeout: 100 }, 10_000],
	] as const)("%s decide how long a session waits", async (_what, limits, patience) => {
		hosts.machine(own());
		using time = testTime();
		const handler = {
			...hosts.handler,
			handle: () => new Promise<never>(() => undefined),
			httpHandlerConfigs: () => limits,
		};
		configure({ clientDefaults: { requestHandler: handler } });
		let ended = false;
		const asked = failure(assumeRole({ roleArn: ROLE }).credentials()).finally(() => {
			ended = true;
		});
		await time.advance(patience - 1);
		expect(ended).toBe(false);
		await time.advance(1);
		expect((await asked).cause).toMatchObject({ message: expect.stringContaining(`within ${patience / 1_000} s`) });
	});
});
