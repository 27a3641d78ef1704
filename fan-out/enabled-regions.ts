/** The regions that are enabled for an account. */

import { readOptions } from "../src/index.js";
import { type ActingOptions, actingClient } from "./acting.js";
import { type Listing, listing } from "./listing.js";

/**
 * Lists the regions that are enabled for the account of the scope in which it is called, or of `session`: those that need
 * no opt-in, and those that the account has opted in to. Needs `ec2:DescribeRegions`, one call each time it is read.
 * @example
 * for await (const region of enabledRegions()) console.log(region);
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link LostScopeError} code `LOST_SCOPE`, {@link UnboundScopeError}
 * code `UNBOUND_SCOPE`, {@link MissingPackageError} code `MISSING_PACKAGE` without `@aws-sdk/client-ec2`; while it is
 * read, the SDK's errors
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
 */
export function enabledRegions(given: ActingOptions = {}): Listing<string> {
	const client = actingClient("ec2", readOptions("enabledRegions()", given, ["session", "region"]), {
		retryMode: "adaptive",
	});
	return listing(async function* () {
		// EC2 answers with all of them on one page.
		const { Regions = [] } = await client.describeRegions({ AllRegions: false });
		for (const { RegionName } of Regions) if (RegionName !== undefined) yield RegionName;
	});
}
