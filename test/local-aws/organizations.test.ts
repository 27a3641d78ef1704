/** Organizations of the local AWS: what lists accounts, asked with the SDK's own client. */

import { Organizations } from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../local-aws/index.js";
import { failure } from "../helpers/pool.js";

const MANAGEMENT = "111111111111";
const MEMBER = "222222222222";

let aws: LocalAws;
beforeAll(async () => {
	aws = await startLocalAws({
		accounts: [
			MANAGEMENT,
			{ id: MEMBER, ou: "Workloads/Prod", name: "shop", status: "SUSPENDED", tags: { env: "prod" } },
			...Array.from({ length: 43 }, (_, index) => String(index + 1).padStart(12, "0")),
		],
	});
});
afterAll(() => aws.close());

const clientOf = (account: string): Organizations =>
	new Organizations({ endpoint: aws.endpoint, region: "us-east-1", credentials: aws.user(account) });

test("accounts come in pages of at most 20, as Organizations describes them", async () => {
	const org = clientOf(MANAGEMENT);
	const sizes: (number | undefined)[] = [];
	let NextToken: string | undefined;
	do {
		const page = await org.listAccounts(NextToken === undefined ? { MaxResults: 20 } : { NextToken });
		sizes.push(page.Accounts?.length);
		NextToken = page.NextToken;
	} while (NextToken !== undefined);
	expect(sizes).toEqual([20, 20, 5]);
	const { Accounts = [] } = await org.listAccounts({ MaxResults: 2 });
	expect(Accounts[1]).toEqual({
		Id: MEMBER,
		Arn: `arn:aws:organizations::${MANAGEMENT}:account/o-localaws00/${MEMBER}`,
		Name: "shop",
		Email: `${MEMBER}@example.com`,
		State: "SUSPENDED",
		JoinedMethod: "CREATED",
	});
});

test("units lead from the root to an account and its tags", async () => {
	const org = clientOf(MANAGEMENT);
	const { Roots = [] } = await org.listRoots({});
	const inside = async (ParentId = ""): Promise<[string | undefined, string | undefined]> => {
		const { OrganizationalUnits = [] } = await org.listOrganizationalUnitsForParent({ ParentId });
		return [OrganizationalUnits[0]?.Name, OrganizationalUnits[0]?.Id];
	};
	const [outer, outerId] = await inside(Roots[0]?.Id);
	const [inner, innerId] = await inside(outerId);
	expect([outer, inner]).toEqual(["Workloads", "Prod"]);
	const { Accounts = [] } = await org.listAccountsForParent({ ParentId: innerId });
	expect(Accounts.map(({ Id }) => Id)).toEqual([MEMBER]);
	expect((await org.listTagsForResource({ ResourceId: MEMBER })).Tags).toEqual([{ Key: "env", Value: "prod" }]);
});

test("members may not ask, and what is not there or not emulated says so", async () => {
	const org = clientOf(MANAGEMENT);
	expect((await failure(clientOf(MEMBER).listAccounts({}))).name).toBe("AccessDeniedException");
	expect((await failure(org.listAccountsForParent({ ParentId: "ou-none-00000000" }))).name).toBe(
		"ParentNotFoundException",
	);
	expect((await failure(org.listTagsForResource({ ResourceId: "999999999999" }))).name).toBe("TargetNotFoundException");
	expect((await failure(org.describeOrganization({}))).message).toMatch(
		/does not emulate Organizations' DescribeOrganization/,
	);
	const bad = startLocalAws({ accounts: [{ id: MANAGEMENT, ou: "Workloads/" }] });
	expect(await failure(bad)).toMatchObject({ code: "INVALID_OPTION" });
});
