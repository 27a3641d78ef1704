/** Two calls have the same key exactly when the law says so, and then the same client. */

import { DynamoDB, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { client, clientKey, defaultSession, runInAwsScope, session } from "../../src/index.js";
import { scale } from "../helpers/scale.js";
import { build, isSame, nearby, type Plan, recordPlan } from "./key-values.js";

const PAIRS = scale(10_000, 100_000);
const OF_CLIENTS = scale(500, 2_000);

beforeEach(() => vi.stubEnv("AWS_REGION", "us-east-1"));
afterEach(async () => {
	vi.unstubAllEnvs();
	await resetAwsScope();
});

type Class = typeof DynamoDB | typeof DynamoDBClient;
const CLASSES: readonly Class[] = [DynamoDB, DynamoDBClient];
const REGIONS = [undefined, "us-east-1", "eu-west-1"] as const;
const provider = async () => ({ accessKeyId: "AKIA", secretAccessKey: "of a provider" });

/** Who is named, made anew for each call; equal content is an equal identity. */
const IDENTITIES: readonly (() => object)[] = [
	() => ({}),
	() => ({ session: defaultSession() }),
	() => ({ credentials: { accessKeyId: "AKIA", secretAccessKey: "one" } }),
	() => ({ credentials: { secretAccessKey: "one", accessKeyId: "AKIA", sessionToken: undefined } }),
	() => ({ credentials: { accessKeyId: "AKIA", secretAccessKey: "other" } }),
	() => ({ credentials: { accessKeyId: "AKIAo", secretAccessKey: "ne" } }),
	() => ({ credentials: provider }),
	() => ({ session: session({ credentials: provider }) }),
	() => ({ profile: "one" }),
];
/** Which of them are the same one. */
const SAME_IDENTITY = [0, 1, 2, 2, 4, 5, 6, 6, 8];

interface Call {
	readonly type: number;
	/** What the call itself, or the scope around it, says of the region. */
	readonly region: number;
	readonly scopeRegion: number;
	readonly identity: number;
	readonly options: Extract<Plan, { kind: "record" }>;
	/** How many of the options are the scope's. */
	readonly inScope: number;
	readonly turn: number;
}

const rarely = (max: number): fc.Arbitrary<number> =>
	fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(max) });

const calls: fc.Arbitrary<Call> = fc.record({
	type: rarely(1),
	region: fc.nat(2),
	scopeRegion: rarely(2),
	identity: rarely(IDENTITIES.length - 1),
	options: recordPlan,
	inScope: rarely(3),
	turn: fc.nat(5),
});

/** Two calls: the same thing said in two ways, two that differ in one place, or two strangers. */
const pairs: fc.Arbitrary<readonly [Call, Call]> = fc
	.tuple(calls, calls, fc.nat(9), fc.nat(11))
	.map(([one, stranger, kind, at]) => {
		const { turn, inScope, region, scopeRegion } = stranger;
		const again = { ...one, turn, inScope };
		if (kind < 4) return [one, again];
		if (kind < 5) return [one, { ...again, region, scopeRegion }];
		if (kind < 6) return [one, { ...again, identity: stranger.identity }];
		if (kind < 7) return [one, { ...again, type: stranger.type }];
		if (kind < 9) return [one, { ...again, options: nearby(one.options, at) as Call["options"] }];
		return [one, stranger];
	});

/** Makes the call as planned: some options and the region may come from the scope, the region by position. */
function make<Result>(call: Call, ask: (type: Class, args: never) => Result): Result {
	const { options, inScope, turn } = call;
	const members = options.members;
	// What a scope says is known to a named session too, so that only the place differs.
	const outer = build({ kind: "record", members: members.slice(0, inScope) }, turn) as object;
	const own = build({ kind: "record", members: members.slice(inScope) }, turn + 1) as object;
	const region = REGIONS[call.region];
	const scopeRegion = REGIONS[call.scopeRegion];
	const identity = IDENTITIES[call.identity]?.() as object;
	const onlyRegion = Object.keys(own).length === 0 && Object.keys(identity).length === 0;
	const keyword = turn % 3 === 0 ? { ...own, region, ...identity } : { region, ...identity, ...own };
	const args = onlyRegion && turn % 3 === 0 ? region : keyword;
	const type = CLASSES[call.type] as Class;
	return runInAwsScope(
		{ clientDefaults: { ...outer }, ...(scopeRegion === undefined ? {} : { region: scopeRegion }) },
		() => ask(type, args as never),
	);
}

/** Whether the law makes one client of them, judged on the arguments alone. */
function isSameCall(one: Call, other: Call): boolean {
	const regionOf = ({ region, scopeRegion }: Call) => REGIONS[region] ?? REGIONS[scopeRegion] ?? "us-east-1";
	return (
		one.type === other.type &&
		regionOf(one) === regionOf(other) &&
		SAME_IDENTITY[one.identity] === SAME_IDENTITY[other.identity] &&
		isSame(build(one.options, 0), build(other.options, 0))
	);
}

function check(ask: (type: Class, args: never) => unknown, numRuns: number): { equal: number; different: number } {
	const seen = { equal: 0, different: 0 };
	fc.assert(
		fc.property(pairs, ([one, other]) => {
			const same = make(one, ask) === make(other, ask);
			seen[same ? "equal" : "different"] += 1;
			return same === isSameCall(one, other);
		}),
		{ numRuns },
	);
	return seen;
}

test(`${PAIRS} pairs of calls have equal keys exactly when every argument that matters is equal`, () => {
	const seen = check(clientKey as never, PAIRS);
	console.log(`Keys of ${PAIRS} pairs: ${seen.equal} equal, ${seen.different} different, 0 disagreements.`);
	expect(seen.equal).toBeGreaterThan(PAIRS / 5);
	expect(seen.different).toBeGreaterThan(PAIRS / 5);
}, 120_000);

test("pairs of calls give the same client exactly when every argument that matters is equal", () => {
	const seen = check(client as never, OF_CLIENTS);
	expect(seen.equal).toBeGreaterThan(OF_CLIENTS / 5);
	expect(seen.different).toBeGreaterThan(OF_CLIENTS / 5);
}, 60_000);
