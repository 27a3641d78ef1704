// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** EC2's tags. */

/** @ts-ignore optional peer */
import type * as sdk from "@aws-sdk/client-ec2";
import type { RequestOptions } from "../types.js";

export interface TagMaker<Tag> {
	/** Gives several resources the same tags; gives back a tag for each pair. */
	createTags(input: sdk.CreateTagsCommandInput, options?: RequestOptions): Promise<Tag[]>;
}

export interface TagRemover {
	/** Takes tags away; all of them where none is named. */
	deleteTags(
		input?: Omit<sdk.DeleteTagsCommandInput, "Resources">,
		options?: RequestOptions,
	): Promise<sdk.DeleteTagsCommandOutput>;
}
