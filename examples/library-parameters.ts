/** Powertools' parameters for docs/libraries.md. */

import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";
import { clients, perSession } from "aws-scope";

//#region providers
const parameters = perSession(() => new SSMProvider({ awsSdkV3Client: clients.ssm() }));
const secrets = perSession(() => new SecretsProvider({ awsSdkV3Client: clients.secretsManager() }));

export const readLimit = () => parameters().get("/limit", { maxAge: 60 });
export const readPassword = () => secrets().get("password");
//#endregion
