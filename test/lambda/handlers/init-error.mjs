/** A mistake that shows when the function is loaded. */

import { withAwsScope } from "aws-scope";

export const ofHandler = withAwsScope("not a function", { region: "eu-west-1" });
