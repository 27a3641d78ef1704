// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** The type of the `DynamoDBDocument` accessor, which needs two packages. */

import type { ClientArgs, ClientClass, IsMissing, MissingSdkPackage } from "./args.js";

/** @ts-ignore optional peer */
type DynamoDBClass = typeof import("@aws-sdk/client-dynamodb").DynamoDB;

/** @ts-ignore optional peer */
type DocumentClass = typeof import("@aws-sdk/lib-dynamodb").DynamoDBDocument;

/** @ts-ignore optional peer */
type TranslateConfig = import("@aws-sdk/lib-dynamodb").TranslateConfig;

/** The arguments of `clients.dynamodb()`, and translation options. */
export type DocumentArgs = (DynamoDBClass extends ClientClass ? ClientArgs<DynamoDBClass> : never) & TranslateConfig;

/** `clients.dynamodbDocument()` returns `DynamoDBDocument.from(clients.dynamodb(args), { marshallOptions, unmarshallOptions })`. */
export type DocumentAccessor =
	IsMissing<DynamoDBClass> extends true
		? MissingSdkPackage<"@aws-sdk/client-dynamodb">
		: IsMissing<DocumentClass> extends true
			? MissingSdkPackage<"@aws-sdk/lib-dynamodb">
			: (args?: string | DocumentArgs) => ReturnType<DocumentClass["from"]>;
