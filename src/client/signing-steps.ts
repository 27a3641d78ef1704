/** The steps around a request's signing: whose key signed it, and one more try when AWS no longer takes that key. */

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

/** The last try as it was signed, and by whose key. */
type SigningContext = HandlerExecutionContext & {
	[SIGNED]?: { readonly by: string | undefined; readonly request: Signed };
};
type Step = FinalizeRequestMiddleware<object, object>;

/** Adds the two steps to a client's stack. No more than two: the SDK copies and sorts them all for each request. */
export function addSigningSteps(
	stack: AnyStack,
	session: AwsSession,
	guard: (() => void) | undefined,
	ownToken: boolean,
): void {
	stack.addRelativeTo(tryAgainStep(session, guard), {
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

const tryAgainStep =
	(session: AwsSession, guard: (() => void) | undefined): Step =>
	(next, context) =>
	(args) => {
		try {
			// Also here: some send with a client's steps and not with its `send`.
			guard?.();
		} catch (error) {
			return Promise.reject(error);
		}
		return next(args).catch((error: unknown) => tryAgain(session, error, context, args.request, () => next(args)));
	};

/** Asked only when a request has failed. */
async function tryAgain<Output>(
	session: AwsSession,
	failure: unknown,
	context: HandlerExecutionContext,
	given: unknown,
	send: () => Promise<Output>,
): Promise<Output> {
	let error = failure;
	let [clockMended, keyReplaced] = [false, false];
	for (;;) {
		const { by, request } = (context as SigningContext)[SIGNED] ?? {};
		if (by === undefined || request === undefined || !isReplayable(given as SignedRequest)) throw error;
		if (isClockSkew(error, signedAt(request))) {
			// The SDK has just learnt that this machine's clock was stepped; its own retry may be switched off.
			if (clockMended) throw error;
			clockMended = true;
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
		// Read as fast as the socket takes it, which may have been opened in another scope.
		if (isPiped(request.body)) keepContext(request.body);
		return next(args);
	};

/** The access key in the Authorization header or, where something signed it as a URL, in the query. */
function keyOf({ headers, query = {} }: SignedRequest): string | undefined {
	const header = headers["authorization"] ?? headers["Authorization"];
	if (header !== undefined) return /^AWS4-\S+ Credential=([^/]+)\//.exec(header)?.[1];
	const name = Object.keys(query).find((each) => each.toLowerCase() === "x-amz-credential");
	return name === undefined ? undefined : String(query[name]).split("/", 1)[0];
}

/** The last look before a request leaves: it carries this session's key, or no identity at all. */
function checkSigner(
	session: AwsSession,
	{ headers }: SignedRequest,
	signedBy: string | undefined,
	ownToken: boolean,
	context: HandlerExecutionContext,
): void {
	if (signedBy !== undefined) {
		// S3 Express signs with a short session of its own, opened with this client's credentials.
		const express = (context as { s3ExpressIdentity?: { accessKeyId?: string } }).s3ExpressIdentity;
		if (session.issued(signedBy) || express?.accessKeyId === signedBy) return;
	} else {
		const header = headers["authorization"] ?? headers["Authorization"];
		// A bearer token from the environment (AWS_BEARER_TOKEN_BEDROCK) is the process's identity, not the session's.
		if (header === undefined || ownToken || session.key === "default") return;
	}
	throw refused(
		new ForeignIdentityError(
			`A request of a client of ${session.roleArn ?? session.key} was about to leave with other credentials; do not replace what signs in its config, and get a client of the session that you mean.`,
		),
		session,
	);
}

function isRejection(error: unknown, request: SignedRequest | undefined): boolean {
	if (isRejectedKey(error)) return true;
	// The answer to a HEAD has no body to name the error in.
	const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
	return request?.method === "HEAD" && $metadata?.httpStatusCode === 400;
}

const isReplayable = (request: SignedRequest | undefined): boolean =>
	!isPiped(request?.body) && !(request?.body instanceof ReadableStream);
