/** Refereed by moto, which nobody here wrote: what an account creates through aws-scope is seen by that account alone. */

import { afterEach, expect, test, vi } from "vitest";
import { home } from "../../src/home/home.js";
import {
	accountSessions,
	assumeRole,
	clients,
	configure,
	currentAwsScope,
	defaultSession,
	runInAwsScope,
	stats,
	withAwsScope,
} from "../../src/index.js";
import { type Invocation, interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { type Made, SERVICES, type Service } from "./services.js";
import { emptyMoto, OWN, ROLE } from "./support.js";

const TENANTS = ["000000000001", "222222222222", "333333333333"] as const;
const HUB = "777777777777";
const ROUNDS = 20;

afterEach(() => {
	vi.restoreAllMocks();
});

type Accounts = ReturnType<typeof accountSessions>;

const direct = (): Accounts => accountSessions({ role: ROLE, sessionName: "direct" });

const chained = (): Accounts =>
	accountSessions({ role: ROLE, sessionName: "chained", from: assumeRole({ account: HUB, role: "Hub" }) });

/** Every account makes one thing per service and round, all of them at once; gives what went wrong and what was seen. */
async function rounds(accounts: Accounts, count: number, seed: number) {
	const identities = new Map<string, number>();
	const made: (Made & { tenant: string; service: Service; label: string })[] = [];
	const wrong: string[] = [];

	/** Asks moto who signs here. */
	const check = async (meant: string): Promise<void> => {
		const { Account, Arn = "" } = await clients.sts().getCallerIdentity({});
		identities.set(Arn, (identities.get(Arn) ?? 0) + 1);
		if (Account !== meant) wrong.push(`A request for ${meant} was signed as ${Arn}.`);
		if (currentAwsScope().account !== meant) wrong.push(`The scope of ${meant} is lost.`);
	};
	const work = async ({ index, tenant, other, chance, pause }: Invocation): Promise<void> => {
		const service = SERVICES[Math.floor(index / TENANTS.length) % SERVICES.length] as Service;
		const round = Math.floor(index / TENANTS.length / SERVICES.length);
		const label = `${tenant}-${round}`;
		await pause();
		if (chance(0.3)) {
			const neighbor = other();
			await runInAwsScope({ account: neighbor }, () => check(neighbor));
			await pause();
		}
		const thing = await service.make(label, round % 2 === 0 ? "accessor" : "class");
		made.push({ ...thing, tenant, service, label });
		if (thing.owner !== undefined && thing.owner !== tenant) {
			wrong.push(`The ${service.name} thing ${label} belongs to ${thing.owner}.`);
		}
		await pause();
		await check(tenant);
	};
	const handler = withAwsScope(work, ({ tenant }) => ({ account: tenant, accounts }));

	for (const tenant of TENANTS) {
		await accounts(tenant).run(async () => {
			for (const service of SERVICES) await service.prepare?.();
		});
	}
	const invocations = TENANTS.length * SERVICES.length * count;
	const failures = await interleave({ seed, invocations, tenants: TENANTS, concurrency: 30 }, (invocation) =>
		invocation.chance(0.5)
			? handler(invocation)
			: runInAwsScope({ account: invocation.tenant, accounts }, () => work(invocation)),
	);
	return { failures, wrong, made, identities };
}

/** What the scope's account has of each service. */
const listing = async (): Promise<Record<string, (string | undefined)[]>> =>
	Object.fromEntries(
		await Promise.all(
			SERVICES.map(async ({ name, list }) => {
				const [one, other] = [await list("accessor"), await list("class")];
				expect(other).toEqual(one);
				return [name, one.sort()] as const;
			}),
		),
	);

test.each([
	["an assumed role", "direct", direct, 3],
	["a chain of two roles", "chained", chained, 4],
] as const)("what an account creates as %s is seen by that account alone", async (_, name, sessions, assumed) => {
	const seed = runSeed();
	await using _moto = await emptyMoto();
	try {
		const accounts = sessions();
		const start = performance.now();
		const { failures, wrong, made, identities } = await rounds(accounts, ROUNDS, seed);
		expect(failures).toEqual([]);
		expect(wrong).toEqual([]);
		expect([...identities.keys()].sort()).toEqual(
			TENANTS.map((tenant) => `arn:aws:sts::${tenant}:assumed-role/${ROLE}/${name}`),
		);

		const everything = Object.fromEntries(
			await Promise.all(
				TENANTS.map((account) => runInAwsScope({ account, accounts }, async () => [account, await listing()] as const)),
			),
		);
		for (const tenant of TENANTS) {
			const labels = Array.from({ length: ROUNDS }, (_, round) => `${tenant}-${round}`).sort();
			expect(everything[tenant]).toEqual(Object.fromEntries(SERVICES.map(({ name }) => [name, labels])));
		}
		expect(stats().assumeRoleCalls).toBe(assumed);
		const calls = [...identities.values()].reduce((sum, number) => sum + number, 0);
		console.log(
			`${made.length} things in ${TENANTS.length} accounts, ${calls} identities asked, ${identities.size} seen, ${assumed} AssumeRole calls, ${Math.round(performance.now() - start)} ms (TEST_SEED=${seed})`,
		);
	} catch (error) {
		throw new Error(`Failed with TEST_SEED=${seed}`, { cause: error });
	}
});

test("no other account can reach what an account has created", async () => {
	await using _moto = await emptyMoto();
	const accounts = chained();
	const { failures, made } = await rounds(accounts, 1, runSeed());
	expect(failures).toEqual([]);
	expect(made).toHaveLength(TENANTS.length * SERVICES.length);
	for (const { tenant, service, id } of made) {
		await runInAwsScope({ account: tenant, accounts }, () => service.find(id));
		for (const stranger of TENANTS.filter((account) => account !== tenant)) {
			const error = await runInAwsScope({ account: stranger, accounts }, () => failure(service.find(id)));
			expect({ service: service.name, error: error.name }).toEqual({ service: service.name, error: service.refusal });
		}
	}
});

test("neither the process's own account nor the hub of a chain has got anything", async () => {
	await using _moto = await emptyMoto();
	const { failures, made } = await rounds(chained(), 1, runSeed());
	expect(failures).toEqual([]);
	expect(made).toHaveLength(TENANTS.length * SERVICES.length);
	const hub = assumeRole({ account: HUB, role: "Hub" });
	expect([(await defaultSession().whoami()).account, (await hub.whoami()).account]).toEqual([OWN, HUB]);
	for (const session of [defaultSession(), hub]) {
		const left = await session.run(async () => {
			const inOrganizations = await failure(clients.organizations().describeOrganization({}));
			expect(inOrganizations.name).toBe("AWSOrganizationsNotInUseException");
			return Promise.all(SERVICES.filter(({ prepare }) => prepare === undefined).map(({ list }) => list("accessor")));
		});
		expect(left.flat()).toEqual([]);
	}
});

test("moto catches the same rounds when the scope is one variable for all", async () => {
	const seed = runSeed();
	await using _moto = await emptyMoto();
	let current: unknown;
	vi.spyOn(home.storage, "getStore").mockImplementation(() => current);
	vi.spyOn(home.storage, "run").mockImplementation(
		(cell: unknown, fn: (...args: unknown[]) => unknown, ...args: unknown[]) => {
			current = cell;
			return fn(...args);
		},
	);
	// The other guards would refuse most of it; here it is the isolation alone that is put to the test.
	configure({ strayedClient: "allow" });
	const { wrong } = await rounds(direct(), 4, seed);
	expect(wrong.filter((line) => line.includes("signed as")).length, `TEST_SEED=${seed}`).toBeGreaterThan(0);
	expect(wrong.filter((line) => line.includes("belongs to")).length, `TEST_SEED=${seed}`).toBeGreaterThan(0);
});

test("an endpoint given to configure() leads every client there, in place of the environment's", async () => {
	await using moto = await emptyMoto({ endpointInEnv: false });
	expect(process.env["AWS_ENDPOINT_URL"]).toBeUndefined();
	configure({
		accounts: accountSessions({ role: ROLE, stsEndpoint: moto.endpoint }),
		clientDefaults: { endpoint: moto.endpoint, forcePathStyle: true },
	});
	for (const account of TENANTS) {
		await runInAwsScope({ account }, () => clients.s3().createBucket({ Bucket: `configured-${account}` }));
	}
	for (const account of TENANTS) {
		const { Buckets } = await clients.s3({ account }).listBuckets({});
		expect(Buckets?.map(({ Name }) => Name)).toEqual([`configured-${account}`]);
		expect((await clients.sts({ account }).getCallerIdentity({})).Account).toBe(account);
	}
});
