/** `eslint.config.js` with the rules of aws-scope. */

import awsScope from "aws-scope/eslint";

export default [awsScope.configs.recommended];
