/** Organizations: the accounts of the local AWS in their organizational units. Only what lists them, page by page. */

import { createHash } from "node:crypto";
import { awsJson } from "../protocols/json.js";
import { type AwsRequest, CommonError, type Output, ServiceError } from "../protocols/protocol.js";
import type { LocalAccount } from "../types.js";
import type { Backend, Service } from "./service.js";

/** The most that a page has, and has without `MaxResults`. */
const PAGE = 20;
const ORGANIZATION = "o-localaws00";
const ROOT = "r-loca";

/** The management account is the first one; only it may ask. */
export const organizations = ({ settings }: Backend): Service => {
	const organization = organize(settings.accounts);
	return {
		names: ["organizations"],
		protocol: awsJson(),
		recognizes: ({ headers }) => headers["x-amz-target"]?.startsWith("AWSOrganizationsV20161128.") ?? false,
		emulation: {
			title: "Organizations",
			answer({ request, operation, caller }) {
				if (caller === undefined) throw new CommonError("missingToken");
				if (caller.identity.accountId !== organization.management) {
					throw new ServiceError(400, "AccessDeniedException", "You don't have permissions to access this resource.");
				}
				return awsJson().success(request, run(operation, inputOf(request), organization));
			},
		},
	};
};

type Input = Readonly<Record<string, unknown>>;

interface Unit {
	readonly id: string;
	readonly name: string;
	readonly units: Unit[];
	readonly accounts: LocalAccount[];
}

interface Organization {
	readonly management: string;
	readonly accounts: readonly LocalAccount[];
	readonly units: ReadonlyMap<string, Unit>;
}

/** Puts each account into the unit that its `ou` names, and makes the units on the way there. */
function organize(accounts: readonly LocalAccount[]): Organization {
	const root: Unit = { id: ROOT, name: "Root", units: [], accounts: [] };
	const units = new Map([[ROOT, root]]);
	for (const account of accounts) {
		let unit = root;
		let path = "";
		for (const name of account.ou?.split("/") ?? []) {
			path += `/${name}`;
			const id = `ou-loca-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
			let inner = units.get(id);
			if (inner === undefined) {
				inner = { id, name, units: [], accounts: [] };
				units.set(id, inner);
				unit.units.push(inner);
			}
			unit = inner;
		}
		unit.accounts.push(account);
	}
	return { management: accounts[0]?.id ?? "", accounts, units };
}

function run(operation: string, input: Input, organization: Organization): Output {
	const { management, accounts } = organization;
	const { accounts: within, units } = organization.units.get(String(input["ParentId"] ?? ROOT)) ?? noParent();
	switch (operation) {
		case "ListRoots":
			return pageOf(
				"Roots",
				[{ Id: ROOT, Name: "Root", Arn: arnOf(management, `root/${ORGANIZATION}/${ROOT}`) }],
				input,
			);
		case "ListAccounts":
			return pageOf("Accounts", accounts, input, (account) => describe(account, management));
		case "ListAccountsForParent":
			return pageOf("Accounts", within, input, (account) => describe(account, management));
		case "ListOrganizationalUnitsForParent":
			return pageOf("OrganizationalUnits", units, input, ({ id, name }) => ({
				Id: id,
				Name: name,
				Arn: arnOf(management, `ou/${ORGANIZATION}/${id}`),
			}));
		case "ListTagsForResource": {
			const { tags = {} } = accounts.find(({ id }) => id === input["ResourceId"]) ?? noTarget();
			return pageOf("Tags", Object.entries(tags), input, ([Key, Value]) => ({ Key, Value }));
		}
		default:
			throw new ServiceError(
				400,
				"UnknownOperationException",
				`The local AWS does not emulate Organizations' ${operation}; answer it with startLocalAws({ handlers: { organizations: (request) => … } }).`,
			);
	}
}

const describe = ({ id, name = `account-${id}`, status = "ACTIVE" }: LocalAccount, management: string): Output => ({
	Id: id,
	Arn: arnOf(management, `account/${ORGANIZATION}/${id}`),
	Name: name,
	Email: `${id}@example.com`,
	State: status,
	JoinedMethod: "CREATED",
});

const arnOf = (management: string, what: string): string => `arn:aws:organizations::${management}:${what}`;

function pageOf<Item>(
	member: string,
	all: readonly Item[],
	{ NextToken, MaxResults }: Input,
	write: (item: Item) => unknown = (item) => item,
): Output {
	const from = Number(NextToken ?? 0);
	const to = from + Math.min(Number(MaxResults ?? PAGE), PAGE);
	const page = all.slice(from, to).map(write);
	return { [member]: page, ...(to < all.length && { NextToken: String(to) }) } as Output;
}

const inputOf = ({ body }: AwsRequest): Input =>
	body.byteLength === 0 ? {} : JSON.parse(Buffer.from(body).toString());

const noParent = (): never => {
	throw new ServiceError(400, "ParentNotFoundException", "You provided a value that does not match any parent.");
};

const noTarget = (): never => {
	throw new ServiceError(400, "TargetNotFoundException", "You specified a target that doesn't exist.");
};
