/** Resources of services that boto3 has no resources for. Attributes and pagination come from botocore's models. */

import type { Paging, ResourceDefinition, ServiceDefinition } from "../../resources/definition.js";
import { camelCase } from "../../resources/names.js";
import type { BotoModel, BotoPaginators } from "./boto.js";
import { pagingOf } from "./definitions.js";
import { cloudwatchLogs } from "./own/cloudwatch-logs.js";
import { ecs } from "./own/ecs.js";
import { eventbridge } from "./own/eventbridge.js";
import { kms } from "./own/kms.js";
import { lambda } from "./own/lambda.js";
import { organizations } from "./own/organizations.js";
import { secretsManager } from "./own/secrets-manager.js";
import { sfn } from "./own/sfn.js";
import { ssm } from "./own/ssm.js";

/** A type of resource, with the shape that its attributes come from. */
export interface OwnResource extends Omit<ResourceDefinition, "alias" | "attributes" | "secret"> {
	readonly shape?: string;
	/** Members of the shape that are identifiers. */
	readonly members?: Readonly<Record<string, string>>;
}

/** A service of our own. */
export interface OwnService {
	/** botocore's name of it. */
	readonly model: string;
	/** Its accessor in `clients`. */
	readonly service: string;
	readonly packageName: string;
	readonly className: string;
	readonly root: OwnResource;
	readonly resources: Readonly<Record<string, OwnResource>>;
	/** How operations are paged, where botocore does not say. */
	readonly paging?: Readonly<Record<string, Paging>>;
}

/** The definitions of a service of our own. */
export function ownDefinitionsOf(own: OwnService, model: BotoModel, paginators: BotoPaginators): ServiceDefinition {
	const paging: Record<string, Paging> = {};
	const complete = ({ shape, members = {}, ...given }: OwnResource): ResourceDefinition => {
		for (const { operation } of Object.values(given.collections ?? {})) {
			const found = own.paging?.[operation] ?? pagingOf(operation, paginators);
			if (found !== undefined) paging[operation] = found;
		}
		if (shape === undefined) return given;
		const taken = new Set([
			...["actions", "references", "subresources", "collections", "waiters"].flatMap((kind) =>
				Object.keys(given[kind as "actions"] ?? {}),
			),
		]);
		const aliases: Record<string, string> = {};
		const attributes: string[] = [];
		for (const member of Object.keys(model.shapes[shape]?.members ?? {})) {
			const name = camelCase(member);
			if (given.identifiers?.includes(name)) continue;
			const free = taken.has(name) ? `${name}Attribute` : name;
			if (members[member] !== undefined) aliases[free] = members[member];
			else attributes.push(free === name ? member : `${free}=${member}`);
		}
		const { identifiers, load, ...rest } = given;
		return {
			...(identifiers === undefined ? {} : { identifiers }),
			...(Object.keys(aliases).length === 0 ? {} : { aliases }),
			attributes: attributes.join(" "),
			...(load === undefined ? {} : { load }),
			...rest,
		};
	};
	const subresources = Object.fromEntries(
		Object.entries(own.resources).map(([type, { identifiers = [] }]) => [
			type,
			{ type, identifiers: identifiers.map(() => "?") },
		]),
	);
	const root = { ...complete(own.root), subresources };
	const resources = Object.fromEntries(Object.entries(own.resources).map(([name, given]) => [name, complete(given)]));
	return { service: own.service, root, resources, paging };
}

/** Every service of our own. */
export const OWN_SERVICES: readonly OwnService[] = [
	cloudwatchLogs,
	ecs,
	eventbridge,
	kms,
	lambda,
	organizations,
	secretsManager,
	sfn,
	ssm,
];
