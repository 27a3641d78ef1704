/** From definitions to exact types, on top of the SDK's own. */

import type {
	Action,
	CollectionDefinition,
	Params,
	Request,
	ResourceDefinition,
	Result,
	ServiceDefinition,
} from "../../resources/definition.js";
import { attributesOf } from "../../resources/names.js";
import type { BotoResource, Facts } from "./boto.js";
import { HAND_WRITTEN, type HandWritten, LOADED_BY_HAND, SHAPES } from "./corrections.js";
import { shapeOf } from "./definitions.js";

/** The SDK's class of a service, without which nothing can be typed. */
export interface SdkService {
	readonly packageName: string;
	readonly className: string;
}

/** The lines of `resources/types/<service>.ts`, below its head. */
export function typesOf(definition: ServiceDefinition, facts: Facts, { packageName, className }: SdkService): string[] {
	const { service } = definition;
	const lines: string[] = [];
	const byHand = HAND_WRITTEN[service] ?? {};
	const faces = Object.values(byHand).map(({ face }) => face.replace(/<.*/, ""));
	lines.push(
		"/** @ts-ignore optional peer */",
		`import type * as sdk from "${packageName}";`,
		...(faces.length === 0
			? []
			: [`import type { ${[...new Set(faces)].sort().join(", ")} } from "../${service}/types.js";`]),
		`import type { CollectionOf, Loadable, Requires, Member, Readable, RequestOptions, ResourceBase, ServiceArgs, WaitOptions, Without, WithoutEach, WithoutIn } from "../types.js";`,
		"",
		"/** The argument of the accessor. */",
		`type Args = ServiceArgs<"${service}">;`,
		"",
	);
	for (const [name, resource] of Object.entries(definition.resources)) {
		lines.push(...resourceLines(name, resource, facts.resources.resources[name] ?? {}, byHand[name]));
	}
	lines.push(...serviceLines(definition, byHand[""]));
	return prune(lines);

	function resourceLines(
		name: string,
		made: ResourceDefinition,
		boto: BotoResource,
		hand: HandWritten | undefined,
	): string[] {
		const canLoad = made.load !== undefined || (LOADED_BY_HAND[service] ?? []).includes(name);
		const attributes = attributeLines(made, boto);
		const plain = `${name}Attributes`;
		const bases = [`ResourceBase<sdk.${className}>`];
		if (attributes.length > 0) bases.push(plain, `${canLoad ? "Loadable" : "Readable"}<${plain}>`);
		if (hand !== undefined) bases.push(hand.face);
		const parameter = hand?.parameter === undefined ? "" : `<${hand.parameter}>`;
		return [
			...(attributes.length === 0
				? []
				: [`/** The attributes of {@link ${name}}. */`, `export interface ${plain} {`, ...attributes, "}", ""]),
			`/** \`${service}.${name}\` */`,
			`export interface ${name}${parameter} extends ${bases.join(", ")} {`,
			...(made.identifiers ?? []).map((id) => `\treadonly ${id}: ${identifierType(id)};`),
			...memberLines(made, hand?.instead, attributes.length > 0 ? plain : undefined),
			"}",
			"",
			...batchLines(name, made),
		];
	}

	function attributeLines(made: ResourceDefinition, boto: BotoResource): string[] {
		const shape = boto.shape ?? "";
		const sdkShape = `sdk.${SHAPES[shape] ?? shape}`;
		const required = shapeOf(boto, facts)?.required ?? [];
		const lines = attributesOf(made.attributes).map(([name, member]) => {
			const type = `Member<${sdkShape}, "${member}">`;
			return `\treadonly ${name}: ${required.includes(member) ? `NonNullable<${type}>` : type};`;
		});
		const aliases = Object.entries(made.aliases ?? {}).map(
			([name, id]) => `\treadonly ${name}: ${identifierType(id)};`,
		);
		return [...aliases, ...lines];
	}

	function memberLines(made: ResourceDefinition, instead: readonly string[] = [], attributes?: string): string[] {
		const { actions = {}, references = {}, subresources = {}, collections = {}, waiters = {} } = made;
		const lines: string[] = [];
		for (const [key, action] of Object.entries(actions)) {
			if (instead.includes(key)) continue;
			const input = inputOf(action, "action");
			lines.push(`\t${calls(action)}`);
			lines.push(`\t${key}(${input}, options?: RequestOptions): Promise<${givenBy(action)}>;`);
			// Beside the one that reads an attribute.
			if (key === "get" && attributes !== undefined) {
				lines.push(
					`\tget<Name extends keyof ${attributes}>(name: Name, options?: RequestOptions): Promise<${attributes}[Name]>;`,
				);
			}
		}
		for (const [key, { type, items }] of Object.entries(references)) {
			lines.push(`\treadonly ${key}: ${items === undefined ? `${type} | undefined` : `${type}[]`};`);
		}
		for (const [key, result] of Object.entries(subresources))
			lines.push(`\t${key}(${parametersOf(result)}): ${result.type};`);
		for (const [key, collection] of Object.entries(collections)) {
			lines.push(`\t${calls(collection, "once per page")}`);
			lines.push(`\treadonly ${key}: ${collectionType(collection)};`);
		}
		for (const key of Object.keys(waiters)) lines.push(`\t${key}(options?: WaitOptions): Promise<void>;`);
		return lines;
	}

	function serviceLines({ root }: ServiceDefinition, hand: HandWritten | undefined): string[] {
		const face = hand === undefined ? "" : `, ${hand.face}`;
		const makers = Object.entries(root.subresources ?? {}).map(([key, result]) => {
			const parameter = byHand[result.type]?.parameter;
			const generic = parameter === undefined ? "" : `<${parameter}>`;
			const made = parameter === undefined ? result.type : `${result.type}<${parameter.split(" ")[0]}>`;
			return { key, head: `${key}${generic}`, parameters: parametersOf(result), made };
		});
		return [
			`/** The service resource, \`${service}()\`. */`,
			`export interface ServiceResource extends ResourceBase<sdk.${className}>${face} {`,
			...memberLines({ ...root, subresources: {} }, hand?.instead),
			...makers.map(({ head, parameters, made }) => `\t${head}(${parameters}): ${made};`),
			"}",
			"",
			`/** The accessor \`${service}\`: calling it returns the service resource, and its members create one resource each. */`,
			"export interface Accessor {",
			"\t(args?: Args): ServiceResource;",
			...makers.map(
				({ head, parameters, made }) =>
					`\t${head}(${[parameters, "args?: Args"].filter(Boolean).join(", ")}): ${made};`,
			),
			"}",
			"",
			`/** The type of \`${service}\`, or the name of the SDK package to install. */`,
			`export type ${className}Resources = Requires<typeof sdk.${className}, "${packageName}", Accessor>;`,
		];
	}

	function parametersOf({ type, identifiers }: Result): string {
		const names = definition.resources[type]?.identifiers ?? [];
		return identifiers
			.flatMap((source, at) => (source === "?" ? [`${names[at]}: ${identifierType(names[at] as string)}`] : []))
			.join(", ");
	}

	function givenBy({ operation, returns }: Action): string {
		if (returns === undefined) return `sdk.${operation}CommandOutput`;
		return returns.items === undefined ? returns.type : `${returns.type}[]`;
	}

	function collectionType({ operation, params, returns }: CollectionDefinition): string {
		const filter = without(`sdk.${operation}CommandInput`, params, "collection");
		const batch = definition.resources[returns.type]?.batch === undefined ? "" : `, ${returns.type}Batch`;
		return `CollectionOf<${returns.type}, ${filter}${batch}>`;
	}

	function batchLines(name: string, { batch }: ResourceDefinition): string[] {
		if (batch === undefined) return [];
		const methods = Object.entries(batch).flatMap(([key, request]) => [
			`\t${calls(request, "once per page")}`,
			`\t${key}(${inputOf(request, "batch")}, options?: RequestOptions): Promise<sdk.${request.operation}CommandOutput[]>;`,
		]);
		return [
			`/** The batch actions of a collection of {@link ${name}}. */`,
			`export interface ${name}Batch {`,
			...methods,
			"}",
			"",
		];
	}

	/** The TSDoc of a member that calls an operation. */
	function calls({ operation }: Request, often = ""): string {
		const url = `https://docs.aws.amazon.com/goto/WebAPI/${facts.model.metadata.uid}/${operation}`;
		return `/** Calls {@link ${url} | ${operation}}${often === "" ? "" : ` ${often}`}. */`;
	}

	function inputOf(request: Request, kind: "action" | "batch"): string {
		const type = without(`sdk.${request.operation}CommandInput`, request.params, kind);
		return `input${needsInput(request, kind, facts) ? "" : "?"}: ${type}`;
	}

	/** The input without what is filled in. */
	function without(input: string, fill: Params = {}, kind: "action" | "batch" | "collection"): string {
		const whole = new Set<string>();
		const inside = new Map<string, Set<string>>();
		const each = new Map<string, Set<string>>();
		for (const target of Object.keys(fill)) {
			const name = first(target);
			const nested = /^\w+\.(\w+)$/.exec(target)?.[1];
			const item = /^\w+\[\]\.(\w+)$/.exec(target)?.[1];
			// What the caller filters by is added to the resource's own list.
			if (kind === "collection" && target.includes("[")) continue;
			if (kind === "action" && nested !== undefined) add(inside, name, nested);
			else if (kind === "action" && item !== undefined) add(each, name, item);
			else whole.add(name);
		}
		let type = input;
		if (whole.size > 0) type = `Without<${type}, ${names(whole)}>`;
		for (const [name, members] of inside) type = `WithoutIn<${type}, "${name}", ${names(members)}>`;
		for (const [name, members] of each) type = `WithoutEach<${type}, "${name}", ${names(members)}>`;
		return type;
	}
}

/** Whether the caller must give what the resource does not fill in. */
export function needsInput({ operation, params = {} }: Request, kind: "action" | "batch", { model }: Facts): boolean {
	const required = model.shapes[model.operations[operation]?.input?.shape ?? ""]?.required ?? [];
	const filled = Object.keys(params)
		.filter((target) => kind === "batch" || !/\[\]\./.test(target))
		.map(first);
	return !required.every((name) => filled.includes(name));
}

/** The parameters that the resource fills in, in whole or in part. */
export const filledBy = ({ params = {} }: Request): string[] => [...new Set(Object.keys(params).map(first))];

/** Identifiers that are no text: of a part, and of a version of a parameter. */
const NUMBERS = new Set(["partNumber", "parameterVersion"]);

export const identifierType = (id: string): string => (NUMBERS.has(id) ? "number" : "string");

const first = (target: string): string => target.replace(/[.[].*$/, "");

const names = (set: ReadonlySet<string>): string => [...set].map((name) => JSON.stringify(name)).join(" | ");

function add(map: Map<string, Set<string>>, key: string, value: string): void {
	map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** Imports of `../types.js` that nothing uses are left out. */
function prune(lines: readonly string[]): string[] {
	const body = lines.filter((line) => !line.startsWith("import ")).join("\n");
	return lines.map((line) =>
		line.replace(/^import type \{ (.*) \} from "(\.\.\/types\.js)";$/, (_, list: string, from: string) => {
			const used = list.split(", ").filter((name) => new RegExp(`\\b${name}\\b`).test(body));
			return `import type { ${used.join(", ")} } from "${from}";`;
		}),
	);
}
