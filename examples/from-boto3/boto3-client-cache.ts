/** The README of boto3-client-cache, as the TypeScript column of docs/from-boto3.md. */

import { EC2 } from "@aws-sdk/client-ec2";
import { S3 } from "@aws-sdk/client-s3";
import {
	ClientCache,
	clientKey,
	clients,
	errors,
	session,
} from "aws-scope";

const cache = new ClientCache<S3 | EC2>({ maxSize: 30 });
const options = { region: "us-west-2" };
const key = clientKey(S3, options);

/** Equal arguments share a client */
export function shareClients() {
	const s3 = clients.s3("us-west-2");
	const s3Again = clients.s3("us-west-2");
	console.log(s3 === s3Again);
}

/** Clients of a session */
export function shareClientsOfASession() {
	const own = session({ profile: "default" });
	const s3 = own.clients.s3();
	const s3Again = own.clients.s3();
	console.log(s3 === s3Again);
}

/** Keep clients in a cache of your own */
export async function keepClientsInACache() {
	cache.set(key, new S3(options));
	const s3 = cache.get(key);
	console.log(await s3?.config.region());
}

/** A key that is taken */
export function setAKeyTwice() {
	try {
		cache.set(key, new S3(options));
	} catch (error) {
		if (error instanceof errors.KeyExistsError)
			console.log("exists");
	}
}

/** A key that is missing */
export function missAKey() {
	try {
		cache.pop(clientKey(EC2, options));
	} catch (error) {
		if (error instanceof errors.KeyMissingError)
			console.log("missing");
	}
}

/** A client, or nothing */
export function getOrNothing() {
	const other = clientKey(EC2, options);
	console.log(cache.get(other) === undefined);
}

/** What is no key: your editor tells you, too */
export function useWhatIsNoKey() {
	try {
		// @ts-expect-error
		cache.get("this is not a key");
	} catch (error) {
		if (error instanceof errors.NotAKeyError)
			console.log("not a key");
	}
}

/** What is no client: your editor tells you, too */
export function storeWhatIsNoClient() {
	try {
		// @ts-expect-error
		cache.set(clientKey(S3), "this is not a client");
	} catch (error) {
		if (error instanceof errors.NotAClientError)
			console.log("not a client");
	}
}
