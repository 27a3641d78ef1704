/** moto's Organizations and EC2 referee the sources of targets and the example that lists instances. */

import { expect, test, vi } from "vitest";
import { type Found, listInstances } from "../../../examples/fan-out-instances.js";
import { enabledRegions, organizationAccounts } from "../../../fan-out/index.js";
import { accountSessions, clients, defaultSession } from "../../../src/index.js";
import { emptyMoto, OWN } from "../support.js";

const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1"] as const;

const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
	const found: Item[] = [];
	for await (const item of items) found.push(item);
	return found;
};

/** Makes an organization of so many accounts; gives their ids. */
async function organization(count: number): Promise<string[]> {
	const org = clients.organizations({ session: defaultSession() });
	await org.createOrganization({ FeatureSet: "ALL" });
	const made: string[] = [];
	for (let index = 0; index < count; index += 1) {
		const { CreateAccountStatus } = await org.createAccount({
			AccountName: `a${index}`,
			Email: `a${index}@example.com`,
		});
		made.push(CreateAccountStatus?.AccountId ?? "");
	}
	return made;
}

test("the instances of 20 accounts in 3 regions are found where they are, with a progress line", async () => {
	await using _moto = await emptyMoto();
	const ids = await organization(20);
	const accounts = accountSessions({ role: "Reader" });
	const made: Found[] = [];
	for (const [index, account] of ids.entries()) {
		const region = REGIONS[index % 3] as string;
		const count = 1 + (index % 2);
		const { Instances = [] } = await clients
			.ec2({ session: accounts(account), region })
			.runInstances({ ImageId: "ami-12c6146b", InstanceType: "t3.micro", MinCount: count, MaxCount: count });
		made.push(...Instances.map(({ InstanceId: id = "" }) => ({ account, region, id })));
	}
	const lines: string[] = [];
	const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		lines.push(String(text));
		return true;
	});
	const { found, problems } = await listInstances(
		organizationAccounts({ session: defaultSession(), exclude: [OWN] }),
		REGIONS,
	).finally(() => write.mockRestore());
	expect(problems).toEqual([]);
	const order = ({ account, region, id }: Found): string => `${account} ${region} ${id}`;
	expect(found.map(order).sort()).toEqual(made.map(order).sort());
	expect(found).toHaveLength(30);
	expect(lines.join("")).toContain("60 of 60 · 30 instances · 0 problems");
});

test("moto's organization is listed as ours: units, tags, exclusions; and its regions", async () => {
	await using _moto = await emptyMoto();
	const ids = await organization(25);
	const session = defaultSession();
	const org = clients.organizations({ session });
	const { Roots = [] } = await org.listRoots({});
	const root = Roots[0]?.Id ?? "";
	const unit = async (ParentId: string, Name: string): Promise<string> =>
		(await org.createOrganizationalUnit({ ParentId, Name })).OrganizationalUnit?.Id ?? "";
	const outer = await unit(root, "Outer");
	const inner = await unit(outer, "Inner");
	const move = (AccountId: string | undefined, DestinationParentId: string) =>
		org.moveAccount({ AccountId: AccountId as string, SourceParentId: root, DestinationParentId });
	await move(ids[0], outer);
	await move(ids[1], inner);
	await org.tagResource({ ResourceId: ids[1] as string, Tags: [{ Key: "env", Value: "prod" }] });
	const listed = async (options: Parameters<typeof organizationAccounts>[0]): Promise<string[]> =>
		(await all(organizationAccounts({ session, ...options }))).map(({ id }) => id).sort();
	expect(await listed({})).toEqual([OWN, ...ids].sort());
	expect(await listed({ ous: [outer] })).toEqual([ids[0], ids[1]].sort());
	expect(await listed({ ous: [outer], tags: { env: "prod" } })).toEqual([ids[1]]);
	expect(await listed({ exclude: [outer, OWN] })).toEqual(ids.slice(2).sort());
	const regions = await all(enabledRegions({ session }));
	expect(regions).toEqual(expect.arrayContaining([...REGIONS]));
});
