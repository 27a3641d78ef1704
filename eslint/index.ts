/** `aws-scope/eslint`: an ESLint plugin that finds clients which outlive their scope. */

import type { ESLint, Linter, Rule } from "eslint";
import { noKeptClient } from "./no-kept-client.js";

/**
 * The rules, by name. `no-kept-client` reports a scoped client or resource that is kept where other tenants' calls find it.
 * @see https://eslint.org/docs/latest/use/configure/plugins
 */
export const rules: { readonly "no-kept-client": Rule.RuleModule } = { "no-kept-client": noKeptClient };

const plugin = { meta: { name: "aws-scope" }, rules } satisfies ESLint.Plugin;

/** Flat configurations. `recommended` turns on every rule, as errors. */
export const configs: { readonly recommended: Linter.Config } = {
	recommended: {
		name: "aws-scope/recommended",
		plugins: { "aws-scope": plugin },
		rules: { "aws-scope/no-kept-client": "error" },
	},
};

/** The plugin as ESLint's configurations import it: `import awsScope from "aws-scope/eslint"`. */
const awsScope: ESLint.Plugin & { readonly configs: typeof configs } = { ...plugin, configs };

export { awsScope as default };
