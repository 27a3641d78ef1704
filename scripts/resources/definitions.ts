/** From boto3's facts to the project's own definitions. */

import type {
	Action,
	CollectionDefinition,
	ListResult,
	Paging,
	Params,
	Request,
	ResourceDefinition,
	Result,
	ServiceDefinition,
	WaiterDefinition,
} from "../../resources/definition.js";
import { camelCase } from "../../resources/names.js";
import type { BotoPaginators, BotoParam, BotoRequest, BotoResource, BotoResult, Facts } from "./boto.js";
import { LOADED_BY_HAND, OPERATIONS, SHAPES } from "./corrections.js";

/** Names that every resource has. */
const RESERVED = ["client", "equals", "get", "toJSON", "toString", "constructor"];

/** The definitions of one service. */
export function definitionsOf(service: string, facts: Facts): ServiceDefinition {
	const { resources } = facts.resources;
	const paging: Record<string, Paging> = {};
	const define = (name: string, resource: BotoResource): ResourceDefinition => {
		const made = resourceOf(service, name, resource, facts);
		for (const { operation } of Object.values(made.collections ?? {})) {
			const known = pagingOf(operation, facts.paginators);
			if (known !== undefined) paging[operation] = known;
		}
		return made;
	};
	const root = define("", { ...facts.resources.service, has: rootParts(facts) });
	const types = Object.entries(resources).map(([name, resource]) => [name, define(name, resource)] as const);
	return { service, root, resources: Object.fromEntries(types), paging };
}

/** The service has every type of resource, under the name it gives it or under its own. */
function rootParts({ resources: { service, resources } }: Facts): NonNullable<BotoResource["has"]> {
	const named = Object.entries(service.has ?? {});
	const parts = Object.entries(resources).flatMap(
		([type, { identifiers = [] }]): [string, { resource: BotoResult }][] => {
			const own = named.filter(([, { resource }]) => resource.type === type);
			if (own.length > 0) return own;
			const input = identifiers.map(({ name }) => ({ target: name, source: "input" as const }));
			return [[type, { resource: { type, identifiers: input } }]];
		},
	);
	return Object.fromEntries(parts);
}

function resourceOf(service: string, name: string, resource: BotoResource, facts: Facts): ResourceDefinition {
	const { identifiers = [], load, actions = {}, batchActions = {}, has = {}, hasMany = {}, waiters = {} } = resource;
	const taken = new Set(RESERVED);
	const canLoad = load !== undefined || (LOADED_BY_HAND[service] ?? []).includes(name);
	if (canLoad) for (const own of ["load", "reload"]) taken.add(own);
	// As in boto3: whoever comes later gets its category as a suffix.
	const take = (wanted: string, category: string): string => {
		let free = wanted;
		// An attribute can still be read with get(), which then is two methods in one.
		if (taken.has(free) && !(free === "get" && category === "Action")) free = `${free}${category}`;
		if (taken.has(free) && free !== "get") throw new Error(`${service}.${name} has two members ${free}.`);
		taken.add(free);
		return free;
	};
	const ids = identifiers.map(({ name: id }) => take(camelCase(id), "Identifier"));
	const needsData = ({ resource: { identifiers: by = [] } }: { resource: BotoResult }): boolean =>
		by.some(({ source }) => source === "data");
	const related = Object.entries(has);
	const members = shapeOf(resource, facts)?.members ?? {};
	const actionNames = Object.keys(actions).map((action) => take(camelCase(action), "Action"));
	const referenceNames = related.map(([key, value]) =>
		needsData(value) ? take(camelCase(key), "Reference") : take(key, "Part"),
	);
	const collectionNames = Object.keys(hasMany).map((key) => take(camelCase(key), "Collection"));
	const waiterNames = Object.keys(waiters).map((key) => take(camelCase(`WaitUntil${key}`), "Waiter"));
	const idsByMember = new Map(identifiers.map(({ memberName }, at) => [memberName, ids[at] as string] as const));
	const aliases: Record<string, string> = {};
	const attributes: string[] = [];
	for (const member of Object.keys(members)) {
		const own = camelCase(member);
		if (ids.includes(own)) continue;
		const free = take(own, "Attribute");
		const id = idsByMember.get(member);
		if (id !== undefined) aliases[free] = id;
		else attributes.push(free === own ? member : `${free}=${member}`);
	}
	const isSecret = (member = ""): boolean => facts.model.shapes[members[member]?.shape ?? ""]?.sensitive === true;
	const secret = ids.filter((_, at) => isSecret(identifiers[at]?.memberName));
	return compact({
		identifiers: ids.length === 0 ? undefined : ids,
		secret: secret.length === 0 ? undefined : secret,
		aliases,
		attributes: attributes.join(" "),
		load: load && { ...requestOf(load.request), data: load.path ?? "@" },
		actions: record(
			actionNames,
			Object.values(actions),
			({ request, resource: result }): Action =>
				compact({ ...requestOf(request), returns: result && resultOf(result, facts, "answer") }),
		),
		batch: record(Object.keys(batchActions).map(camelCase), Object.values(batchActions), ({ request }) =>
			requestOf(request),
		),
		references: pick(referenceNames, related, needsData, ({ resource: result }) => resultOf(result, facts, "data")),
		subresources: pick(
			referenceNames,
			related,
			(value) => !needsData(value),
			({ resource: result }) => resultOf(result, facts, "answer"),
		),
		collections: record(collectionNames, Object.values(hasMany), ({ request, resource }): CollectionDefinition => {
			const returns = resultOf(resource, facts, "answer");
			if (!isList(returns)) throw new Error(`The collection of ${resource.type} has no list.`);
			return { ...requestOf(request), returns };
		}),
		waiters: record(waiterNames, Object.values(waiters), ({ waiterName, params = [] }): WaiterDefinition => {
			const known = facts.waiters.waiters[waiterName];
			if (known === undefined) throw new Error(`botocore has no waiter ${waiterName}.`);
			return { waiter: waiterName, params: paramsOf(params), maxWaitTime: known.delay * known.maxAttempts };
		}),
	});
}

/** The shape of a resource's data. */
export function shapeOf({ shape }: BotoResource, { model }: Facts): Facts["model"]["shapes"][string] | undefined {
	if (shape === undefined) return undefined;
	// botocore kept the older shape of what the SDK has in its newer form alone.
	return model.shapes[SHAPES[shape] ?? ""] ?? model.shapes[shape];
}

function requestOf({ operation, params = [] }: BotoRequest): Request {
	return compact({ operation: OPERATIONS[operation] ?? operation, params: paramsOf(params) });
}

function paramsOf(params: readonly BotoParam[]): Params {
	return Object.fromEntries(params.map((param) => [param.target, sourceOf(param)]));
}

function sourceOf({ source, name = "", path = "", value = "" }: BotoParam): string {
	switch (source) {
		case "identifier":
			return camelCase(name);
		case "data":
			return `.${path}`;
		case "string":
			return `'${value}`;
		case "response":
			return `$${path}`;
		case "requestParameter":
			return `>${path}`;
		case "input":
			return "?";
	}
}

/** Whether a result is a list of resources. */
const isList = (result: Result): result is ListResult => result.items !== undefined;

/** `root` is what a data path starts from: the answer of an operation, or the data of the resource. */
function resultOf({ type, identifiers = [], path }: BotoResult, facts: Facts, root: "answer" | "data"): Result {
	const order = (facts.resources.resources[type]?.identifiers ?? []).map(({ name }) => name);
	const sorted = order.map((target) => {
		const own = identifiers.find((id) => id.target === target);
		if (own === undefined) throw new Error(`A ${type} is made without its ${target}.`);
		return own;
	});
	const sources = sorted.map((id) => {
		const source = sourceOf(id);
		return root === "data" && source.startsWith(".") ? `$${source.slice(1)}` : source;
	});
	// Two lists read as one.
	const plain = (text: string): string => text.replace(/\[([\w,]+)\]\|\[\]/, "$1[]");
	const lists = sources.map(plain).filter((source) => /^[$>].*\[\]/.test(source));
	if (lists.length === 0) return compact({ type, identifiers: sources, data: path });
	const items = lists[0]?.replace(/^(.*\[\]).*$/, "$1") ?? "";
	const withinItem = sources.map(plain).map((source) => {
		if (!source.includes("[]")) return source;
		if (!source.startsWith(items))
			throw new Error(`The identifiers of ${type} are in two lists: ${lists.join(" and ")}.`);
		return `$${source.slice(items.length + 1) || "@"}`;
	});
	if (path !== undefined && `$${plain(path)}` !== items)
		throw new Error(`${type} is in ${items}, its data in ${path}.`);
	return compact({
		type,
		identifiers: withinItem,
		items: items.startsWith("$") ? items.slice(1) : items,
		data: path === undefined ? undefined : "@",
	});
}

/** How botocore paginates an operation. */
export function pagingOf(operation: string, { pagination }: BotoPaginators): Paging | undefined {
	const found = pagination[operation];
	if (found === undefined) return undefined;
	const list = (token: string | readonly string[]): string => [token].flat().join(",").replaceAll(" || ", "|");
	return compact({
		in: list(found.input_token),
		out: list(found.output_token),
		size: found.limit_key,
		more: found.more_results,
	});
}

function record<Value, Made>(
	names: readonly string[],
	values: readonly Value[],
	make: (value: Value) => Made,
): Record<string, Made> {
	return Object.fromEntries(values.map((value, at) => [names[at] as string, make(value)]));
}

function pick<Value, Made>(
	names: readonly string[],
	entries: readonly (readonly [string, Value])[],
	wanted: (value: Value) => boolean,
	make: (value: Value) => Made,
): Record<string, Made> {
	return Object.fromEntries(
		entries.flatMap(([, value], at) => (wanted(value) ? [[names[at] as string, make(value)] as const] : [])),
	);
}

/** Removes empty members. */
function compact<Value extends object>(value: { [Key in keyof Value]: Value[Key] | undefined }): Value {
	const isEmpty = (member: unknown): boolean =>
		member === undefined ||
		member === "" ||
		(typeof member === "object" && !Array.isArray(member) && Object.keys(member as object).length === 0);
	return Object.fromEntries(Object.entries(value).filter(([, member]) => !isEmpty(member))) as Value;
}
