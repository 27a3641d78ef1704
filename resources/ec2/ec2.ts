/** The resources of EC2, as in boto3. */

import { ec2Definition } from "../definitions/ec2.js";
import { refuse } from "../errors.js";
import { merge } from "../input.js";
import type { PlainObject } from "../paths.js";
import { AnyResource, send } from "../resource.js";
import { createRelated } from "../results.js";
import { defineService } from "../service.js";
import type { EC2Resources } from "../types/ec2.js";

interface TagsInput extends PlainObject {
	readonly Resources?: readonly string[];
	readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

/**
 * EC2's resources: instances, volumes, networks and the rest.
 * @example
 * for await (const instance of ec2().instances) console.log(instance.id, instance.state?.Name);
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/ec2-2016-11-15
 */
export const ec2: EC2Resources = /* @__PURE__ */ defineService(ec2Definition, {
	types: {
		"": {
			methods: {
				async createTags(input, options) {
					const { Resources, Tags, ...rest } = (input ?? {}) as TagsInput;
					if (!Array.isArray(Resources) || !Array.isArray(Tags)) {
						return refuse("ec2.createTags() takes { Resources: [...], Tags: [...] }.");
					}
					await send(this, "CreateTags", { ...rest, Resources, Tags }, options);
					return Resources.flatMap((id) =>
						Tags.map(({ Key, Value }) => createRelated(this, "Tag", [id, Key, Value ?? ""])),
					);
				},
			},
		},
		Instance: {
			methods: {
				async deleteTags(input, options) {
					const filled = { Resources: [AnyResource.identifier(this, 0)] };
					const request = merge("ec2.Instance.deleteTags()", filled, input, "each");
					const answer = await send(this, "DeleteTags", request, options);
					AnyResource.touch(this);
					return answer;
				},
			},
		},
	},
});
