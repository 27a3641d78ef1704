/** Accounts of an organization, listed from the local AWS. */

import { afterEach, expect, test } from "vitest";
import { accountsInRegions, fanOut, organizationAccounts } from "../../fan-out/index.js";
import { type LocalAccount, type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import { accountSessions, clients, defaultSession, runInAwsScope, stats } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { waits } from "../helpers/scale.js";

const MANAGEMENT = "999999999999";
const OTHER = "888888888888";

const stack: (() => unknown)[] = [];
afterEach(async () => {
	await resetAwsScope();
	for (const undo of stack.splice(0).reverse()) await undo();
});

/** Starts an organization and counts what it is asked. */
async function start(accounts: readonly (string | LocalAccount)[]): Promise<LocalAws & { readonly asked: string[] }> {
	const asked: string[] = [];
	const aws = await startLocalAws({
		accounts: [MANAGEMENT, ...accounts],
		handlers: {
			organizations: ({ action }) => {
				asked.push(action);
				return undefined;
			},
		},
	});
	const environment = aws.useEnv();
	stack.push(
		() => aws.close(),
		() => environment[Symbol.dispose](),
	);
	return Object.assign(Object.create(aws) as LocalAws, { asked });
}

const id = (index: number): string => String(index + 1).padStart(12, "0");
const many = (count: number, more: (index: number) => Omit<LocalAccount, "id"> = () => ({})): LocalAccount[] =>
	Array.from({ length: count }, (_, index) => ({ id: id(index), ...more(index) }));

const all = async <Item>(listing: AsyncIterable<Item>): Promise<Item[]> => {
	const found: Item[] = [];
	for await (const item of listing) found.push(item);
	return found;
};

const idsOf = async (listing: AsyncIterable<{ readonly id: string }>): Promise<string[]> =>
	(await all(listing)).map(({ id }) => id);

/** The ids of organizational units by their paths. */
async function units(parent = "r-loca", path = ""): Promise<Record<string, string>> {
	const { OrganizationalUnits = [] } = await clients
		.organizations()
		.listOrganizationalUnitsForParent({ ParentId: parent });
	let found: Record<string, string> = {};
	for (const { Id = "", Name } of OrganizationalUnits) {
		found = { ...found, [`${path}${Name}`]: Id, ...(await units(Id, `${path}${Name}/`)) };
	}
	return found;
}

test("an organization of 5,000 accounts × 4 regions is begun after one page, and listed with one call per 20 accounts", async () => {
	const aws = await start(many(4_999));
	const regions = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
	const targets = organizationAccounts().flatMap(({ id }) => regions.map((region) => ({ account: id, region })));
	expect(aws.asked).toEqual([]);
	let seen = 0;
	for await (const target of targets) {
		seen += 1;
		if (seen === 1) {
			expect(target).toEqual({ account: MANAGEMENT, region: "eu-central-1" });
			expect(aws.asked).toEqual(["ListAccounts"]);
		}
	}
	expect(seen).toBe(20_000);
	expect(aws.asked).toHaveLength(250);
	// Each reading starts anew, and ends where its reader leaves.
	for await (const _ of targets) break;
	expect(aws.asked).toHaveLength(251);
	// A fan-out works on the first accounts while the others are not listed yet.
	const run = fanOut(targets, ({ account }) => account, { accounts: () => defaultSession() });
	for await (const { status } of run) {
		expect(status).toBe("fulfilled");
		if (run.progress.done >= 200) break;
	}
	expect(aws.asked.length - 251).toBeLessThan(10);
	expect(run.progress.running).toBe(0);
});

test("a fan-out over an organization works while it is still being listed, and through throttling", async () => {
	const aws = await start(many(239));
	aws.fail({ service: "organizations", kind: "error", status: 400, code: "TooManyRequestsException", times: 1 });
	const accounts = accountSessions({ role: "Reader" });
	const regions = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
	const pagesAt: number[] = [];
	const run = fanOut(
		accountsInRegions(organizationAccounts(), regions),
		async ({ account }) => {
			pagesAt.push(aws.asked.length);
			const { Account } = await clients.sts().getCallerIdentity({});
			return Account === account;
		},
		{ accounts },
	);
	const { fulfilled, rejected, denied } = await run.collect();
	expect([fulfilled.length, rejected.length, denied.length]).toEqual([960, 0, 0]);
	expect(fulfilled.every(({ value }) => value)).toBe(true);
	expect(aws.asked).toHaveLength(12);
	// The first task ran when one page was there.
	expect(pagesAt[0]).toBe(1);
	expect(pagesAt.at(-1)).toBe(12);
	expect(stats().assumeRoleCalls).toBe(240);
}, 60_000);

test.runIf(waits)(
	"a listing goes on through an Organizations that throttles, and no account is missing or twice",
	async () => {
		const aws = await start(many(199, (index) => ({ tags: { parity: index % 2 === 0 ? "even" : "odd" } })));
		let calls = 0;
		aws.fail({
			service: "organizations",
			kind: "error",
			status: 400,
			code: "TooManyRequestsException",
			// Once the burst is used up, four in a row, and one more later.
			match: () => {
				calls += 1;
				return (calls > 120 && calls <= 124) || calls === 180;
			},
		});
		const found = await idsOf(organizationAccounts({ tags: { parity: "even" } }));
		expect(found).toEqual(many(199).flatMap(({ id }, index) => (index % 2 === 0 ? [id] : [])));
		expect(calls).toBe(10 + 200 + 5);
		expect(aws.asked.filter((action) => action === "ListAccounts")).toHaveLength(10);
	},
	60_000,
);

test("what is filtered: units with everything below them, status, tags, exclusions", async () => {
	const aws = await start([
		{ id: id(0), ou: "Workloads/Prod", tags: { env: "prod", team: "a" } },
		{ id: id(1), ou: "Workloads/Prod/Deep", tags: { env: "prod", team: "b" } },
		{ id: id(2), ou: "Workloads/Test", tags: { env: "test" } },
		{ id: id(3), ou: "Sandbox", name: "play" },
		{ id: id(4), ou: "Workloads/Prod", status: "SUSPENDED" },
	]);
	const ou = await units();
	const workloads = ou["Workloads"] as string;
	aws.asked.length = 0;
	expect(await idsOf(organizationAccounts({ ous: [workloads, ou["Workloads/Prod"] as string] }))).toEqual([
		id(0),
		id(2),
		id(1),
	]);
	// Four units, each asked for its accounts and its units once.
	expect(aws.asked).toHaveLength(8);
	expect(new Set(await idsOf(organizationAccounts({ exclude: [ou["Workloads/Prod"] as string, id(2)] })))).toEqual(
		new Set([MANAGEMENT, id(3)]),
	);
	expect(await idsOf(organizationAccounts({ status: ["SUSPENDED", "CLOSED"] }))).toEqual([id(4)]);
	expect(await idsOf(organizationAccounts({ tags: { env: ["prod", "test"], team: "b" } }))).toEqual([id(1)]);
	aws.asked.length = 0;
	const [tagged] = await all(organizationAccounts({ ous: [ou["Workloads/Test"] as string], tags: { env: "test" } }));
	expect(tagged).toMatchObject({ id: id(2), tags: { env: "test" }, status: "ACTIVE" });
	// Only what the rest lets through is asked for its tags.
	expect(aws.asked).toEqual(["ListAccountsForParent", "ListTagsForResource", "ListOrganizationalUnitsForParent"]);
});

test("a listing acts as the scope or session in which it was called, in whatever scope it is read", async () => {
	await start([id(0), OTHER]);
	const accounts = accountSessions({ role: "Lister" });
	// Kept, not returned: what a scope returns would run in that scope anyway.
	const kept: ReturnType<typeof organizationAccounts>[] = [];
	runInAwsScope({ account: MANAGEMENT, accounts }, () => void kept.push(organizationAccounts()));
	const [called] = kept as [ReturnType<typeof organizationAccounts>];
	const found = await runInAwsScope({ account: OTHER, accounts }, () => idsOf(called));
	expect(found).toEqual([MANAGEMENT, id(0), OTHER]);
	// A member account may not list: its own call is refused by Organizations, not answered as somebody else.
	const own = await failure(runInAwsScope({ account: OTHER, accounts }, () => idsOf(organizationAccounts())));
	expect(own.name).toBe("AccessDeniedException");
	expect(await idsOf(organizationAccounts({ session: accounts(MANAGEMENT) }))).toHaveLength(3);
	// Outside every scope of a process that acts for tenants, nobody is meant.
	expect(await failure(() => organizationAccounts())).toMatchObject({ code: "LOST_SCOPE" });
	expect(stats().assumeRoleCalls).toBe(2);
});

test.each([
	[{ ous: [] }, /organizationAccounts\(\) \{ ous \} takes a list/],
	[{ ous: ["Workloads"] }, /ous/],
	[{ exclude: ["12345"] }, /exclude/],
	[{ status: "Active" }, /status \} takes PENDING_ACTIVATION, ACTIVE/],
	[{ tag: {} } as object, /has no option "tag"/],
])("%j is refused when it is called", async (options, says) => {
	await start([]);
	expect(await failure(() => organizationAccounts(options as object))).toMatchObject({
		code: "INVALID_OPTION",
		message: expect.stringMatching(says),
	});
});
