/** The regions of an account. */

import { expect, test } from "vitest";
import { enabledRegions } from "../../fan-out/index.js";
import { runInAwsScope } from "../../src/index.js";
import { startTenants, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const xml = (names: readonly string[]) =>
	`<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>${names
		.map((name) => `<item><regionName>${name}</regionName></item>`)
		.join("")}</regionInfo></DescribeRegionsResponse>`;

const all = async (regions: AsyncIterable<string>): Promise<string[]> => {
	const found: string[] = [];
	for await (const region of regions) found.push(region);
	return found;
};

test("each account's own regions, asked as the scope or session of the call and not of the reader", async () => {
	const bodies: string[] = [];
	await using world = await startTenants({
		tenants: 2,
		handlers: {
			ec2: ({ identity, body }) => {
				bodies.push(Buffer.from(body).toString());
				return { body: xml(["eu-west-1", identity.accountId === tenant(0) ? "af-south-1" : "us-east-1"]) };
			},
		},
	});
	const { accounts } = world;
	const [one, other] = [tenant(0), tenant(1)];
	// Kept, not returned: what a scope returns would run in that scope anyway.
	const kept: AsyncIterable<string>[] = [];
	runInAwsScope({ account: one, accounts }, () => void kept.push(enabledRegions()));
	const [called] = kept as [AsyncIterable<string>];
	expect(await runInAwsScope({ account: other, accounts }, () => all(called))).toEqual(["eu-west-1", "af-south-1"]);
	expect(await all(enabledRegions({ session: accounts(other) }))).toEqual(["eu-west-1", "us-east-1"]);
	expect(world.seen.map(({ account }) => account)).toEqual([one, other]);
	expect(bodies[0]).toContain("AllRegions=false");
	expect(await failure(() => enabledRegions())).toMatchObject({ code: "LOST_SCOPE" });
	expect(await failure(() => enabledRegions({ opted: true } as object))).toMatchObject({ code: "INVALID_OPTION" });
});
