/** Middleware around signing: checks which key signed a request, and retries once when AWS rejects the key. */

import type { FinalizeRequestMiddleware, HandlerExecutionContext, MiddlewareStack } from "@smithy/types";
import { ForeignIdentityError } from "../errors.js";
import { refused } from "../home/refused.js";
import { isClockSkew, type Signed, signedAt } from "../session/clock-skew.js";
import type { AwsSession } from "../session/session.js";
import { isRejectedKey } from "../session/sts-errors.js";
import { isPiped, keepContext } from "../transport/context.js";

/** The middleware stack of any SDK client. */
export type AnyStack = MiddlewareStack<object, object>;

const SIGNER = "httpSigningMiddleware";

interface SignedRequest extends Signed {
	readonly method?: string;
	readonly body?: unknown;
	readonly query?: Readonly<Record<string, unknown>>;
}

const SIGNED = Symbol("aws-scope signed");

/** The last signed request, and its access key. */
type SigningContext = HandlerExecutionContext & {
	[SIGNED]?: { readonly by: string | undefined; readonly request: Signed };
};
type Step = FinalizeRequestMiddleware<object, object>;

/** Adds two steps to a client's middleware stack, and no more, because the SDK copies and sorts all steps for each request. */
export function addSigningSteps(
	stack: AnyStack,
	session: AwsSession,
	guard: (() => void) | undefined,
	ownToken: boolean,
): void {
	stack.addRelativeTo(retryStep(session, guard), {
		name: "awsScopeRejectedKey",
		relation: "before",
		toMiddleware: SIGNER,
		override: true,
	});
	stack.addRelativeTo(signedByStep(session, ownToken), {
		name: "awsScopeSignedBy",
		relation: "after",
		toMiddleware: SIGNER,
		override: true,
	});
}

const retryStep =
	(session: AwsSession, guard: (() => void) | undefined): Step =>
	(next, context) =>
	(args) => {
		try {
			// Some code uses a client's middleware stack without calling its `send`.
			guard?.();
		} catch (error) {
			return Promise.reject(error);
		}
		return next(args).catch((error: unknown) => retry(session, error, context, args.request, () => next(args)));
	};

/** Handles a failed request. */
async function retry<Output>(
	session: AwsSession,
	failure: unknown,
	context: HandlerExecutionContext,
	given: unknown,
	send: () => Promise<Output>,
): Promise<Output> {
	let error = failure;
	let [clockCorrected, keyReplaced] = [false, false];
	for (;;) {
		const { by, request } = (context as SigningContext)[SIGNED] ?? {};
		if (by === undefined || request === undefined || !isReplayable(given as SignedRequest)) throw error;
		if (isClockSkew(error, signedAt(request))) {
			// The SDK has corrected its time from this response, but its retries may be disabled.
			if (clockCorrected) throw error;
			clockCorrected = true;
		} else {
			if (keyReplaced || !isRejection(error, given as SignedRequest) || !(await session.rejected(by))) throw error;
			keyReplaced = true;
		}
		try {
			return await send();
		} catch (next) {
			error = next;
		}
	}
}

const signedByStep =
	(session: AwsSession, ownToken: boolean): Step =>
	(next, context) =>
	(args) => {
		const request = args.request as SignedRequest;
		const by = keyOf(request);
		try {
			checkSigner(session, request, by, ownToken, context);
		} catch (error) {
			return Promise.reject(error);
		}
		(context as SigningContext)[SIGNED] = { by, request };
		// The socket, which may have been opened in another scope, triggers the reads.
		if (isPiped(request.body)) keepContext(request.body);
		return next(args);
	};

/** The access key in the Authorization header, or in the query of a presigned URL. */
function keyOf({ headers, query = {} }: SignedRequest): string | undefined {
	const header = headers["authorization"] ?? headers["Authorization"];
	if (header !== undefined) return /^AWS4-\S+ Credential=([^/]+)\//.exec(header)?.[1];
	const name = Object.keys(query).find((each) => each.toLowerCase() === "x-amz-credential");
	return name === undefined ? undefined : String(query[name]).split("/", 1)[0];
}

/** The last check before a request is sent: it must have this session's key or no identity. */
function checkSigner(
	session: AwsSession,
	{ headers }: SignedRequest,
	signedBy: string | undefined,
	ownToken: boolean,
	context: HandlerExecutionContext,
): void {
	if (signedBy !== undefined) {
		// S3 Express signs with a temporary session, created with this client's credentials.
		const express = (context as { s3ExpressIdentity?: { accessKeyId?: string } }).s3ExpressIdentity;
		if (session.issued(signedBy) || express?.accessKeyId === signedBy) return;
	} else {
		const header = headers["authorization"] ?? headers["Authorization"];
		// A bearer token from the environment (AWS_BEARER_TOKEN_BEDROCK) is the process's identity, not the session's.
		if (header === undefined || ownToken || session.key === "default") return;
	}
	throw refused(
		new ForeignIdentityError(
			`A request of a client of ${session.roleArn ?? session.key} was about to be sent with other credentials; don't replace the signer in its config, and get a client of the other session instead.`,
		),
		session,
	);
}

function isRejection(error: unknown, request: SignedRequest | undefined): boolean {
	if (isRejectedKey(error)) return true;
	// The response to a HEAD request has no body that names the error.
	const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
	return request?.method === "HEAD" && $metadata?.httpStatusCode === 400;
}

const isReplayable = (request: SignedRequest | undefined): boolean =>
	!isPiped(request?.body) && !(request?.body instanceof ReadableStream);
