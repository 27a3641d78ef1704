/** The public API of aws-scope. */

import * as errors from "./errors.js";

export { clientKey } from "./accessors/client-key.js";
export { type ClientClasses, client, clients, defineClients, registerClients } from "./accessors/clients.js";
export { followingClient } from "./accessors/following-client.js";
export type { BuiltClient, BuiltFor, OnClient } from "./accessors/on-client.js";
export { type PerSessionOptions, perSession } from "./accessors/per-session.js";
export {
	type CachedClient,
	ClientCache,
	type ClientCacheOptions,
	type ClientKey,
} from "./cache/client-cache.js";
export type { RemovalReason } from "./cache/store.js";
export type { Accessor, ClientArgs, ClientClass, DocumentClass, MissingSdkPackage } from "./client/args.js";
export type { Clients } from "./client/service-types.js";
export { AwsScopeError, type AwsScopeErrorCode } from "./errors.js";
export type { CachePolicy } from "./home/cache-options.js";
export type { ChannelMessages, ChannelName } from "./home/channels.js";
export { readOptions } from "./home/options.js";
export type { ClientDefaults } from "./home/settings.js";
export { type AwsScopeSettings, close, configure, type Stats, stats } from "./lifecycle.js";
export { bindAwsScope } from "./scope/bind.js";
export { type AwsScopeSpecFunction, withAwsScope } from "./scope/handler.js";
export { type AwsScope, awaitsIdentity, currentAwsScope, runInAwsScope, tryCurrentAwsScope } from "./scope/scope.js";
export { type AccountSessions, type AwsScopeSpec, readAwsScopeSpec } from "./scope/spec.js";
export type { CredentialOptions } from "./session/credential-options.js";
export type { RoleSessionOptions } from "./session/role-options.js";
export type { AwsSession, CallerIdentity, SessionCredentials } from "./session/session.js";
export type { AccountSessionsOptions, AssumeRoleOptions, SessionOptions } from "./session/session-options.js";
export { accountSessions, assumeRole, defaultSession, session } from "./session/sessions.js";
export { errors };
