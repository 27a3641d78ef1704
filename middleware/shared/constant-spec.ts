/** A spec that is given once for all: what is wrong with it is told at once, and it stays what it was then. */

import { type AwsScopeSpec, errors, withAwsScope } from "../../src/index.js";

/** A checked copy; what is written into the caller's object later changes no identity. A session is itself. */
export function constantSpec(spec: AwsScopeSpec): AwsScopeSpec {
	try {
		// Only for its checks: a misspelt option is told of when the application is made, not in each request.
		withAwsScope(() => {}, spec);
	} catch (cause) {
		throw new errors.InvalidOptionError((cause as Error).message.replace("withAwsScope()", "awsScope()"), { cause });
	}
	if ("credentials" in spec) return spec;
	const copy: Record<string, unknown> = {};
	for (const key in spec) copy[key] = spec[key as keyof typeof spec];
	return copy as unknown as AwsScopeSpec;
}
