/** For a child process: `aws-scope` and its sub-paths are the sources, so that no build is needed before the tests. */

import { register } from "node:module";

const root = new URL("../../", import.meta.url).href;

register(
	`data:text/javascript,${encodeURIComponent(`
		const sources = {
			"aws-scope": "src/index.ts",
			"aws-scope/fan-out": "fan-out/index.ts",
			"aws-scope/worker": "worker/index.ts",
			"aws-scope/testing": "local-aws/index.ts",
			"aws-scope/middy": "middleware/middy.ts",
		};
		export const resolve = (specifier, context, next) =>
			next(specifier in sources ? ${JSON.stringify(root)} + sources[specifier] : specifier, context);
	`)}`,
);
