/** Recognizes calls of accessors that name no session, however their names came into the file. */

import type { Scope, SourceCode } from "eslint";
import type { CallExpression, Identifier, ImportDeclaration, ImportSpecifier, Node } from "estree";
import { definitionOf, initOf, keyOf, parentOf, unwrap, variableOf } from "./syntax.js";

/** What an expression is. The last two are what the others return. */
type Kind =
	| "aws-scope"
	| "aws-scope/resources"
	| "accessors"
	| "accessor"
	| "client()"
	| "defineClients()"
	| "service"
	| "named resource"
	| "part of a resource"
	| "client"
	| "resource";

/** A call that returns a client or a resource of the current scope. */
export interface Scoped {
	readonly kind: "client" | "resource";
	/** Whether `followingClient()` takes what is called. */
	readonly isAccessor: boolean;
}

/** TypeScript's `import aws = require("aws-scope")`. */
interface ImportEquals {
	readonly moduleReference?: { readonly expression?: Node };
}

/** Each of these names a session. */
const IDENTITIES = new Set(["session", "account", "credentials", "profile"]);

/** The resources without an identifier. Every other one has it as its first argument. */
const WITHOUT_IDENTIFIER = new Set(["AccountPasswordPolicy", "AccountSummary", "CurrentUser"]);

const isModule = (name: unknown): name is Kind => name === "aws-scope" || name === "aws-scope/resources";

/** Returns what a call returns, if it is certain to be a client or a resource of the current scope. */
export function scopedBy(call: CallExpression, sourceCode: SourceCode): Scoped | undefined {
	const kind = kindOf(call, sourceCode);
	if (kind !== "client" && kind !== "resource") return undefined;
	return { kind, isAccessor: kindOf(call.callee as Node, sourceCode) === "accessor" };
}

function kindOf(given: Node, sourceCode: SourceCode): Kind | undefined {
	const node = unwrap(given);
	switch (node.type) {
		case "Identifier":
			return kindOfVariable(variableOf(node, sourceCode), sourceCode);
		case "MemberExpression":
			return memberOf(kindOf(node.object as Node, sourceCode), keyOf(node));
		case "AwaitExpression":
			return node.argument.type === "ImportExpression" ? moduleOf(node.argument.source) : undefined;
		case "CallExpression":
			return node.callee.type === "Identifier" && node.callee.name === "require"
				? moduleOf(node.arguments[0])
				: returnedBy(kindOf(node.callee as Node, sourceCode), node.arguments, sourceCode);
		default:
			return undefined;
	}
}

const moduleOf = (source: Node | undefined): Kind | undefined =>
	source?.type === "Literal" && isModule(source.value) ? source.value : undefined;

function kindOfVariable(variable: Scope.Variable | undefined, sourceCode: SourceCode): Kind | undefined {
	const definition = definitionOf(variable);
	if (definition?.type === "ImportBinding") {
		const { source, moduleReference } = definition.parent as ImportDeclaration & ImportEquals;
		const module = moduleOf(source ?? moduleReference?.expression);
		const { type, imported } = definition.node as ImportSpecifier;
		if (type === "ImportSpecifier") return imported.type === "Identifier" ? memberOf(module, imported.name) : undefined;
		return definition.node.type === "ImportDefaultSpecifier" ? undefined : module;
	}
	if (definition?.type !== "Variable" || definition.node.init == null) return undefined;
	const path = pathIn(definition.node.id, definition.name);
	return path?.reduce(memberOf, kindOf(definition.node.init, sourceCode));
}

/** The names that lead to a variable in a pattern: `["clients", "s3"]` for `{ clients: { s3 } }`. */
function pathIn(pattern: Node, name: Identifier): string[] | undefined {
	const path: string[] = [];
	for (let node: Node = name; node !== pattern; ) {
		const property = parentOf(node);
		const key = property?.type === "Property" && property.value === node ? keyOf(property) : undefined;
		const outer = property && parentOf(property);
		if (key === undefined || outer === undefined) return undefined;
		path.unshift(key);
		node = outer;
	}
	return path;
}

function memberOf(kind: Kind | undefined, name: string | undefined): Kind | undefined {
	if (name === undefined) return undefined;
	switch (kind) {
		case "aws-scope":
			if (name === "clients") return "accessors";
			return name === "client" || name === "defineClients" ? `${name}()` : undefined;
		case "aws-scope/resources":
			return isCapitalized(name) ? undefined : "service";
		case "accessors":
			return "accessor";
		case "service":
			if (!isCapitalized(name)) return undefined;
			return WITHOUT_IDENTIFIER.has(name) ? "service" : "named resource";
		case "resource":
			return isCapitalized(name) ? "part of a resource" : undefined;
		default:
			return undefined;
	}
}

const isCapitalized = (name: string): boolean => /^[A-Z]/.test(name);

function returnedBy(kind: Kind | undefined, args: readonly Node[], sourceCode: SourceCode): Kind | undefined {
	const when = (rest: readonly Node[], result: Kind): Kind | undefined =>
		rest.every((arg) => namesNoSession(arg, sourceCode)) ? result : undefined;
	switch (kind) {
		case "defineClients()":
			return "accessors";
		case "accessor":
			return when(args, "client");
		case "client()":
			return when(args.slice(1), "client");
		case "service":
			return when(args, "resource");
		case "named resource":
			return args[0]?.type === "SpreadElement" ? undefined : when(args.slice(1), "resource");
		case "part of a resource":
			return "resource";
		default:
			return undefined;
	}
}

/** Whether an argument is certain to be a region, or options that leave the session to the scope. */
function namesNoSession(given: Node, sourceCode: SourceCode): boolean {
	const node = unwrap(given);
	switch (node.type) {
		case "Literal":
		case "TemplateLiteral":
			return true;
		case "ObjectExpression":
			return node.properties.every((property) => {
				const key = keyOf(property);
				return key !== undefined && !IDENTITIES.has(key);
			});
		case "LogicalExpression":
			return namesNoSession(node.left, sourceCode) && namesNoSession(node.right, sourceCode);
		case "ConditionalExpression":
			return namesNoSession(node.consequent, sourceCode) && namesNoSession(node.alternate, sourceCode);
		case "MemberExpression":
			return /^process\.env\b/.test(sourceCode.getText(node));
		case "Identifier": {
			const variable = variableOf(node, sourceCode);
			const init = initOf(variable);
			if (init !== undefined) return namesNoSession(init, sourceCode);
			return node.name === "undefined" && (variable?.defs.length ?? 0) === 0;
		}
		default:
			return false;
	}
}
