/** What an accessor takes and gives, derived from the SDK's own client class. */

import type { AwsSession } from "../session/session.js";
import type { DocumentArgs } from "./document-types.js";

/** Any AWS SDK client class, plain (`S3Client`) or aggregated (`S3`). */
// biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are contravariant; `unknown` would refuse every class.
export type ClientClass = new (...args: any[]) => object;

/** A class that is made around a client: `DynamoDBDocument` or `DynamoDBDocumentClient` of `@aws-sdk/lib-dynamodb`. */
export interface DocumentClass {
	readonly name: string;
	from(client: never, translateConfig?: never): object;
}

/** The SDK's own config of a client class, e.g. `S3ClientConfig`. */
export type ClientConfig<Class extends ClientClass> = Exclude<ConstructorParameters<Class>[0], undefined>;

interface NoIdentity {
	session?: undefined;
	account?: undefined;
	credentials?: undefined;
	profile?: undefined;
}

/** Whose client it is: at most one of these; none means the current scope's session. */
export type ClientIdentity<Config> =
	| NoIdentity
	| (Omit<NoIdentity, "session"> & { session: AwsSession })
	| (Omit<NoIdentity, "account"> & { account: string })
	| (Omit<NoIdentity, "credentials"> & { credentials: CredentialsOf<Config> })
	| (Omit<NoIdentity, "profile"> & { profile: string });

type CredentialsOf<Config> = Config extends { credentials?: infer Credentials }
	? Exclude<Credentials, undefined>
	: never;

/** The keyword form of an accessor's argument: the SDK's config of that client, with the region as text and an identity. */
export type ClientArgs<Class extends ClientClass> = Omit<ClientConfig<Class>, keyof NoIdentity | "region"> & {
	region?: string | undefined;
} & ClientIdentity<ClientConfig<Class>>;

/** The keyword form for a client class, or for a document class: {@link ClientArgs} of DynamoDB, and how values are translated. */
export type ArgsOf<Class> = Class extends ClientClass ? ClientArgs<Class> : DocumentArgs;

/** What an accessor of a class gives. */
export type ClientOf<Class> = Class extends ClientClass
	? InstanceType<Class>
	: Class extends DocumentClass
		? ReturnType<Class["from"]>
		: never;

/** An accessor of one client class: `files("eu-central-1")`, `files({ region, session, maxAttempts })`. */
export type Accessor<Class extends ClientClass | DocumentClass> = (args?: string | ArgsOf<Class>) => ClientOf<Class>;

/** Stands where an accessor would be if its SDK package were installed. */
export interface MissingSdkPackage<Name extends string> {
	readonly "The SDK package of this accessor is not installed; run": `npm install ${Name}`;
}

/**
 * True for what an `import()` of a missing package gives. That is `any`, but one that makes every conditional type which
 * names it directly give `any` again, the usual `0 extends 1 & T` too; its keys do not.
 */
export type IsMissing<T> = string extends keyof T ? true : false;

/** The accessor of `Class`, or what to install when its package is missing. */
export type ServiceAccessor<Class, Name extends string> =
	IsMissing<Class> extends true ? MissingSdkPackage<Name> : Accessor<Extract<Class, ClientClass>>;
