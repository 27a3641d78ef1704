/** The types of accessors, derived from the SDK's client classes. */

import type { AwsSession } from "../session/session.js";
import type { DocumentArgs } from "./document-types.js";

/** Any AWS SDK client class, plain (`S3Client`) or aggregated (`S3`). */
// biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are contravariant; `unknown` would refuse every class.
export type ClientClass = new (...args: any[]) => object;

/** A class that wraps a client: `DynamoDBDocument` or `DynamoDBDocumentClient` of `@aws-sdk/lib-dynamodb`. */
export interface DocumentClass {
	readonly name: string;
	from(client: never, translateConfig?: never): object;
}

/** The SDK's config type of a client class, such as `S3ClientConfig`. */
export type ClientConfig<Class extends ClientClass> = Exclude<ConstructorParameters<Class>[0], undefined>;

interface NoIdentity {
	session?: undefined;
	account?: undefined;
	credentials?: undefined;
	profile?: undefined;
}

/** The client's identity: at most one of these. Default: the current scope's session. */
export type ClientIdentity<Config> =
	| NoIdentity
	| (Omit<NoIdentity, "session"> & { session: AwsSession })
	| (Omit<NoIdentity, "account"> & { account: string })
	| (Omit<NoIdentity, "credentials"> & { credentials: CredentialsOf<Config> })
	| (Omit<NoIdentity, "profile"> & { profile: string });

type CredentialsOf<Config> = Config extends { credentials?: infer Credentials }
	? Exclude<Credentials, undefined>
	: never;

/** The object form of an accessor's argument: the SDK's config for that client, with the region as a string, and an identity. */
export type ClientArgs<Class extends ClientClass> = Omit<ClientConfig<Class>, keyof NoIdentity | "region"> & {
	region?: string | undefined;
} & ClientIdentity<ClientConfig<Class>>;

/** The object form for a client class or a document class. The latter also has translation options. */
export type ArgsOf<Class> = Class extends ClientClass ? ClientArgs<Class> : DocumentArgs;

/** The client that an accessor returns. */
export type ClientOf<Class> = Class extends ClientClass
	? InstanceType<Class>
	: Class extends DocumentClass
		? ReturnType<Class["from"]>
		: never;

/** An accessor for one client class: `files("eu-central-1")`, `files({ region, session, maxAttempts })`. */
export type Accessor<Class extends ClientClass | DocumentClass> = (args?: string | ArgsOf<Class>) => ClientOf<Class>;

/** The type of an accessor whose SDK package is not installed. */
export interface MissingSdkPackage<Name extends string> {
	readonly "The SDK package of this accessor is not installed; run": `npm install ${Name}`;
}

/**
 * True for the type of an `import()` of a missing package. It is an `any` for which every conditional type that names it
 * directly, even `0 extends 1 & T`, is `any` again. Its keys don't behave like that.
 */
export type IsMissing<T> = string extends keyof T ? true : false;

/** The accessor for `Class`, or the package to install. */
export type ServiceAccessor<Class, Name extends string> =
	IsMissing<Class> extends true ? MissingSdkPackage<Name> : Accessor<Extract<Class, ClientClass>>;
