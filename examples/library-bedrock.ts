/** The AI SDK's Amazon Bedrock for docs/libraries.md. */

import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { currentAwsScope } from "aws-scope";

//#region bedrock
const bedrock = createAmazonBedrock({
	region: "eu-central-1",
	credentialProvider: () => currentAwsScope().session.credentials(),
	apiKey: "", // otherwise AWS_BEARER_TOKEN_BEDROCK comes before the credentials
});

export const model = bedrock("amazon.nova-lite-v1:0");
//#endregion
