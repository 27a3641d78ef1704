// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** Handwritten types of EC2's tags. */

/** @ts-ignore optional peer */
import type * as sdk from "@aws-sdk/client-ec2";
import type { RequestOptions } from "../types.js";

/** Creates tags. */
export interface CreateTags<Tag> {
	/** Adds the tags to each resource. Returns one `Tag` for each pair of resource and tag. */
	createTags(input: sdk.CreateTagsCommandInput, options?: RequestOptions): Promise<Tag[]>;
}

/** Deletes tags. */
export interface DeleteTags {
	/** Deletes tags of the instance. Without `Tags`, deletes all of them. */
	deleteTags(
		input?: Omit<sdk.DeleteTagsCommandInput, "Resources">,
		options?: RequestOptions,
	): Promise<sdk.DeleteTagsCommandOutput>;
}
