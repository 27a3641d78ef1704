/** The accounts of an organization, page by page, within the low rate limits of Organizations. */

import type { Organizations } from "@aws-sdk/client-organizations";
import { errors, readOptions } from "../src/index.js";
import { type ActingOptions, actingClient } from "./acting.js";
import { type Listing, listing } from "./listing.js";

/** The state of an account in Organizations. */
export type AccountState = "PENDING_ACTIVATION" | "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "CLOSED";

const STATES: readonly string[] = [
	"PENDING_ACTIVATION",
	"ACTIVE",
	"SUSPENDED",
	"PENDING_CLOSURE",
	"CLOSED",
] satisfies AccountState[];

/** An account of the organization. */
export interface OrganizationAccount {
	/** Twelve digits. */
	readonly id: string;
	readonly name: string | undefined;
	readonly email: string | undefined;
	readonly arn: string | undefined;
	readonly status: AccountState | undefined;
	/** Its tags, if the call filters by tags. */
	readonly tags?: Readonly<Record<string, string>>;
}

/** Which accounts {@link organizationAccounts} lists, and as whom. */
export interface OrganizationAccountsOptions extends ActingOptions {
	/** Ids of organizational units or of a root. Everything below them is listed too. Default: the whole organization. */
	readonly ous?: readonly string[] | undefined;
	/** Tags that an account must have, with one of these values. Costs one call per account that the rest lets through. */
	readonly tags?: Readonly<Record<string, string | readonly string[]>> | undefined;
	/** Default: `"ACTIVE"`. No role can be assumed in other accounts. */
	readonly status?: AccountState | readonly AccountState[] | undefined;
	/** Ids of accounts, and of organizational units with everything below them, to leave out. */
	readonly exclude?: readonly string[] | undefined;
}

const WHERE = "organizationAccounts()";
/** Organizations allows few calls per second, and shares them with everybody in the account. Adaptive retries find that rate. */
const GENTLE = { retryMode: "adaptive", maxAttempts: 10 };
/** Lookups of tags under way at once. */
const TAG_LOOKUPS = 4;

/**
 * Lists the accounts of the organization. Each page of 20 is asked for when the one before is used up, so work can start
 * at once. Acts as the scope in which it is called, or as `session`: the management account or a delegated administrator.
 * @example
 * for await (const { id, name } of organizationAccounts({ exclude: ["ou-ab12-sandbox1"] })) console.log(id, name);
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link LostScopeError} code `LOST_SCOPE`, {@link UnboundScopeError}
 * code `UNBOUND_SCOPE`, {@link MissingPackageError} code `MISSING_PACKAGE` without `@aws-sdk/client-organizations`; while
 * it is read, the SDK's errors, such as `AccessDeniedException`
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#throttling-limits
 */
export function organizationAccounts(given: OrganizationAccountsOptions = {}): Listing<OrganizationAccount> {
	const names = ["ous", "tags", "status", "exclude", "session", "region"];
	const { ous, tags, status, exclude, ...acting } = readOptions(WHERE, given, names);
	const units = ids(
		"ous",
		ous,
		/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
		"a root or an organizational unit",
	);
	const excluded = new Set(
		ids("exclude", exclude, /^(\d{12}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/, "an account or an organizational unit"),
	);
	const states = new Set<string>(typeof status === "string" ? [status] : (status ?? ["ACTIVE"]));
	// A misspelled state would list no account at all.
	if (![...states].every((state) => STATES.includes(state))) {
		throw new errors.InvalidOptionError(`${WHERE} { status } takes ${STATES.join(", ")}, or a list of these.`);
	}
	const wanted = Object.entries(tags ?? {}).map(([key, value]) => [key, [value].flat()] as const);
	const client = actingClient("organizations", acting, GENTLE);
	return listing(async function* () {
		// A part of the organization is asked for unit by unit; the whole of it needs no units.
		const isWhole = ous === undefined && ![...excluded].some((id) => id.startsWith("ou-"));
		for await (const page of isWhole ? everything(client) : within(client, units, excluded)) {
			const fit = page.filter(({ id, status = "ACTIVE" }) => states.has(status) && !excluded.has(id));
			if (wanted.length === 0) yield* fit;
			else yield* tagged(client, fit, wanted);
		}
	});
}

type Page = readonly OrganizationAccount[];

interface ApiAccount {
	readonly Id?: string | undefined;
	readonly Name?: string | undefined;
	readonly Email?: string | undefined;
	readonly Arn?: string | undefined;
	readonly State?: AccountState | undefined;
	readonly Status?: AccountState | undefined;
}

/** `Status` is what Organizations had before `State`. */
const read = ({ Id: id = "", Name: name, Email: email, Arn: arn, State, Status }: ApiAccount): OrganizationAccount => ({
	id,
	name,
	email,
	arn,
	status: State ?? Status,
});

async function* everything(client: Organizations): AsyncGenerator<Page> {
	for await (const { Accounts = [] } of pages((token) => client.listAccounts(token))) yield Accounts.map(read);
}

/** Whole subtrees, two calls for each unit and one more for every 20 accounts or units. */
async function* within(
	client: Organizations,
	from: readonly string[],
	excluded: ReadonlySet<string>,
): AsyncGenerator<Page> {
	const seen = new Set(excluded);
	const left = [...from];
	if (left.length === 0) {
		for await (const { Roots = [] } of pages((token) => client.listRoots(token))) {
			left.push(...Roots.map(({ Id = "" }) => Id));
		}
	}
	for (let unit = left.shift(); unit !== undefined; unit = left.shift()) {
		// A unit may be below another one of the list.
		if (seen.has(unit)) continue;
		seen.add(unit);
		const ParentId = unit;
		for await (const { Accounts = [] } of pages((token) => client.listAccountsForParent({ ParentId, ...token }))) {
			yield Accounts.map(read);
		}
		for await (const { OrganizationalUnits = [] } of pages((token) =>
			client.listOrganizationalUnitsForParent({ ParentId, ...token }),
		)) {
			left.push(...OrganizationalUnits.map(({ Id = "" }) => Id));
		}
	}
}

/** Those that have the tags, in order, a few lookups at a time. */
async function* tagged(
	client: Organizations,
	accounts: Page,
	wanted: readonly (readonly [key: string, values: readonly string[]])[],
): AsyncGenerator<OrganizationAccount> {
	for (let at = 0; at < accounts.length; at += TAG_LOOKUPS) {
		const some = accounts.slice(at, at + TAG_LOOKUPS);
		const found = await Promise.all(
			some.map(async (account) => ({ ...account, tags: await tagsOf(client, account.id) })),
		);
		yield* found.filter(({ tags }) => wanted.every(([key, values]) => values.includes(tags[key] as string)));
	}
}

async function tagsOf(client: Organizations, ResourceId: string): Promise<Record<string, string>> {
	const tags: [key: string, value: string][] = [];
	for await (const { Tags = [] } of pages((token) => client.listTagsForResource({ ResourceId, ...token }))) {
		tags.push(...Tags.map(({ Key = "", Value = "" }): [string, string] => [Key, Value]));
	}
	return Object.fromEntries(tags);
}

/** An empty page may be followed by others. */
async function* pages<Output extends { readonly NextToken?: string | undefined }>(
	ask: (token: { NextToken?: string }) => Promise<Output>,
): AsyncGenerator<Output> {
	let token: string | undefined;
	do {
		const page = await ask(token === undefined ? {} : { NextToken: token });
		yield page;
		token = page.NextToken;
	} while (token !== undefined);
}

function ids(name: string, given: unknown, form: RegExp, what: string): readonly string[] {
	if (given === undefined) return [];
	const isList = Array.isArray(given) && given.every((id) => typeof id === "string" && form.test(id));
	if (!isList || (name === "ous" && given.length === 0)) {
		throw new errors.InvalidOptionError(`${WHERE} { ${name} } takes a list of ids, each of ${what}.`);
	}
	return given;
}
