/** What TypeScript says about `clients`; checked by `tsc`, which fails when an expectation here does not hold. */

import { DynamoDB, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { S3, type S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocument, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expectTypeOf } from "vitest";
import type { Accessor, ClientArgs, IsMissing, MissingSdkPackage } from "../../src/client/args.js";
import type { Clients } from "../../src/client/service-types.js";
import { client, configure, defineClients, followingClient, perSession, registerClients } from "../../src/index.js";
import type { AwsSession } from "../../src/session/session.js";

declare const clients: Clients;
declare const session: AwsSession;

// The aggregated class, whole.
expectTypeOf(clients.dynamodb("eu-central-1")).toEqualTypeOf<DynamoDB>();
expectTypeOf(clients.s3()).toEqualTypeOf<S3>();
expectTypeOf(clients.dynamodb().getItem).toBeFunction();
expectTypeOf(clients.dynamodb().paginateScan).toBeFunction();
expectTypeOf(clients.dynamodb().waitUntilTableExists).toBeFunction();
expectTypeOf(clients.dynamodb().send).toBeFunction();
expectTypeOf(clients.dynamodbDocument()).toEqualTypeOf<DynamoDBDocument>();
clients.dynamodbDocument({ region: "eu-central-1", marshallOptions: { removeUndefinedValues: true } });
// @ts-expect-error the class is no `any`
clients.dynamodb().noSuchOperation();

// The arguments: the SDK's own, a region as text, an identity.
expectTypeOf<ClientArgs<typeof DynamoDB>["maxAttempts"]>().toEqualTypeOf<DynamoDBClientConfig["maxAttempts"]>();
expectTypeOf<ClientArgs<typeof DynamoDB>["requestHandler"]>().toEqualTypeOf<DynamoDBClientConfig["requestHandler"]>();
expectTypeOf<ClientArgs<typeof DynamoDB>["region"]>().toEqualTypeOf<string | undefined>();
expectTypeOf<ReturnType<Accessor<typeof S3Client>>>().toEqualTypeOf<S3Client>();
clients.s3({
	session,
	region: "eu-central-1",
	maxAttempts: 2,
	forcePathStyle: true,
	requestHandler: { requestTimeout: 1 },
});
clients.s3({ account: "111111111111", region: undefined });
clients.s3({ profile: "dev" });
clients.s3({ credentials: { accessKeyId: "id", secretAccessKey: "secret" } });
clients.s3({ credentials: async () => ({ accessKeyId: "id", secretAccessKey: "secret" }) });
clients.s3({ session, account: undefined, credentials: undefined });
// @ts-expect-error a misspelt setting
clients.s3({ forcePathStile: true });
// @ts-expect-error a region is text, so that the explicit and the implicit one are compared
clients.s3({ region: async () => "eu-central-1" });
// @ts-expect-error an account is text, or its zeros would be lost
clients.s3({ account: 111111111111 });

// At most one identity.
// @ts-expect-error session and account
clients.s3({ session, account: "111111111111" });
// @ts-expect-error session and credentials
clients.s3({ session, credentials: { accessKeyId: "id", secretAccessKey: "secret" } });
// @ts-expect-error account and profile
clients.s3({ account: "111111111111", profile: "dev" });
// @ts-expect-error credentials and profile
clients.s3({ credentials: { accessKeyId: "id", secretAccessKey: "secret" }, profile: "dev" });

// A package that is not installed is named and not callable.
expectTypeOf(clients.acmPca).toEqualTypeOf<MissingSdkPackage<"@aws-sdk/client-acm-pca">>();
expectTypeOf(clients.acmPca).not.toBeAny();
// @ts-expect-error not installed here
clients.acmPca();
// @ts-expect-error no AWS service has this name
clients.dynamoDB;
// biome-ignore lint/suspicious/noExplicitAny: what an import of a missing package gives
expectTypeOf<IsMissing<any>>().toEqualTypeOf<true>();
expectTypeOf<IsMissing<typeof DynamoDB>>().toEqualTypeOf<false>();

// Classes that the application imports, by accessor.
registerClients({ dynamodb: DynamoDB, dynamodbDocument: DynamoDBDocument, s3: S3 });
// @ts-expect-error no AWS service has this name
registerClients({ dynamoDB: DynamoDB });
// @ts-expect-error another service
registerClients({ s3: DynamoDB });
// @ts-expect-error the plain client lacks the methods that the accessor promises
registerClients({ dynamodb: DynamoDBClient });
// @ts-expect-error no document class
registerClients({ dynamodbDocument: DynamoDB });
// @ts-expect-error not installed here
registerClients({ acmPca: DynamoDB });
expectTypeOf(client(DynamoDB)).toEqualTypeOf<DynamoDB>();
expectTypeOf(client(DynamoDBDocument)).toEqualTypeOf<DynamoDBDocument>();
expectTypeOf(client(DynamoDBDocumentClient)).toEqualTypeOf<DynamoDBDocumentClient>();
client(DynamoDBDocument, { region: "eu-central-1", marshallOptions: { removeUndefinedValues: true } });
// @ts-expect-error a client translates nothing
client(DynamoDB, { marshallOptions: { removeUndefinedValues: true } });
const own = defineClients({ orders: DynamoDB, documents: DynamoDBDocument });
expectTypeOf(own.orders()).toEqualTypeOf<DynamoDB>();
expectTypeOf(own.documents("eu-central-1")).toEqualTypeOf<DynamoDBDocument>();

// A following client has its accessor's type, and takes its argument.
expectTypeOf(followingClient(clients.s3)).toEqualTypeOf<S3>();
expectTypeOf(followingClient(clients.dynamodbDocument)).toEqualTypeOf<DynamoDBDocument>();
expectTypeOf(
	followingClient(defineClients({ orders: DynamoDBClient }).orders, "eu-central-1"),
).toEqualTypeOf<DynamoDBClient>();
expectTypeOf(followingClient(session.clients.dynamodb)).toEqualTypeOf<DynamoDB>();
followingClient(clients.s3, { region: "eu-central-1", forcePathStyle: true });
followingClient(clients.dynamodbDocument, { marshallOptions: { removeUndefinedValues: true } });
// @ts-expect-error a misspelt setting
followingClient(clients.s3, { forcePathStile: true });
// @ts-expect-error a client, not its accessor
followingClient(clients.s3());
// @ts-expect-error its package is not installed
followingClient(clients.workdocs);
DynamoDBDocument.from(followingClient(clients.dynamodb));

// One value per session has the type of what is made, and `dispose` gets what an async `make` gives.
expectTypeOf(perSession(() => clients.s3())).toEqualTypeOf<() => S3>();
expectTypeOf(
	perSession(async () => 1, { dispose: (value) => expectTypeOf(value).toEqualTypeOf<number>() }),
).toEqualTypeOf<() => Promise<number>>();
// @ts-expect-error a misspelt option
perSession(() => 1, { maxSize: 1 });

configure({
	onClient(client, { session: of, account, roleArn, region }) {
		expectTypeOf(of).toEqualTypeOf<AwsSession>();
		expectTypeOf([account, roleArn, region]).toEqualTypeOf<(string | undefined)[]>();
		if (client instanceof S3) expectTypeOf(client.getObject).toBeFunction();
		client.middlewareStack.add((next) => (args) => next(args), { name: "ofApplication", step: "build" });
	},
});
configure({ onClient: (client) => client });
// @ts-expect-error neither a client nor nothing
configure({ onClient: () => 1 });
