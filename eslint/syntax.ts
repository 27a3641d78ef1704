/** Small questions about a syntax tree and its variables. */

import type { Rule, Scope, SourceCode } from "eslint";
import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression, Identifier, Node } from "estree";

/** Any function. */
export type AnyFunction = ArrowFunctionExpression | FunctionDeclaration | FunctionExpression;

/** What parsers of TypeScript put around an expression. */
const WRAPPERS = new Set([
	"ChainExpression",
	"TSAsExpression",
	"TSInstantiationExpression",
	"TSNonNullExpression",
	"TSSatisfiesExpression",
	"TSTypeAssertion",
]);

/** These call the function that they are given at once, if it is given to a method of an array. */
const AT_ONCE = /^(every|filter|find(Last)?(Index)?|flatMap|forEach|map|reduce(Right)?|some|sort|toSorted)$/;

export const parentOf = (node: Node): Node | undefined =>
	(node as Partial<Rule.NodeParentExtension>).parent ?? undefined;

export const isFunction = (node: Node | undefined): node is AnyFunction =>
	node?.type === "ArrowFunctionExpression" ||
	node?.type === "FunctionDeclaration" ||
	node?.type === "FunctionExpression";

/** The expression inside parts that don't change its value. */
export function unwrap(node: Node): Node {
	let inner = node;
	while (WRAPPERS.has(inner.type)) inner = (inner as unknown as { expression: Node }).expression;
	return inner;
}

/** The name of a member or a property, if the code says it. */
export function keyOf(node: Node): string | undefined {
	const [key, computed] =
		node.type === "MemberExpression"
			? [node.property, node.computed]
			: node.type === "Property" || node.type === "PropertyDefinition"
				? [node.key, node.computed]
				: [undefined, false];
	if (key?.type === "Identifier" && !computed) return key.name;
	return key?.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}

export function variableOf(node: Identifier, sourceCode: SourceCode): Scope.Variable | undefined {
	for (let scope: Scope.Scope | null = sourceCode.getScope(node); scope !== null; scope = scope.upper) {
		const variable = scope.set.get(node.name);
		if (variable !== undefined) return variable;
	}
	return undefined;
}

/** The variable's only definition, if nothing else is ever assigned to it. */
export function definitionOf(variable: Scope.Variable | undefined): Scope.Definition | undefined {
	const [definition, second] = variable?.defs ?? [];
	if (variable === undefined || definition === undefined || second !== undefined) return undefined;
	return variable.references.some((use) => use.isWrite() && use.init !== true) ? undefined : definition;
}

/** The value that a variable is declared with and then keeps, unless it is a part of that value. */
export function initOf(variable: Scope.Variable | undefined): Node | undefined {
	const definition = definitionOf(variable);
	if (definition?.type !== "Variable" || definition.node.id.type !== "Identifier") return undefined;
	return definition.node.init ?? undefined;
}

export const isModuleVariable = (variable: Scope.Variable): boolean =>
	variable.defs.length > 0 && variable.scope.variableScope.block.type === "Program";

/** The nearest node around this one that is evaluated later, or more than once: a function, or the field of an instance. */
function laterPart(node: Node, isAtOnce: (part: AnyFunction) => boolean): Node | undefined {
	for (let [inner, outer] = [node, parentOf(node)]; outer !== undefined; [inner, outer] = [outer, parentOf(outer)]) {
		if (isFunction(outer) && !isAtOnce(outer)) return outer;
		if (outer.type === "PropertyDefinition" && !outer.static && inner === outer.value) return outer;
	}
	return undefined;
}

/** Whether code is evaluated once, when its module is loaded. */
export const isModuleLevel = (node: Node): boolean => laterPart(node, () => false) === undefined;

/** Whether a variable of a module is used by code that runs later, or by other modules. */
export function isUsedLater(variable: Scope.Variable): boolean {
	const isExported = variable.defs.some(({ parent }) => {
		const declared = parent === null ? undefined : parentOf(parent as Node);
		return declared?.type === "ExportNamedDeclaration";
	});
	return (
		isExported ||
		variable.references.some((use) => {
			const user = parentOf(use.identifier as Identifier);
			if (use.isWriteOnly() || (user?.type as string) === "TSTypeQuery") return false;
			return user?.type === "ExportSpecifier" || laterPart(use.identifier as Identifier, isCalledAtOnce) !== undefined;
		})
	);
}

function isCalledAtOnce(given: AnyFunction): boolean {
	const call = parentOf(given);
	if (call?.type !== "CallExpression") return false;
	if (call.callee === given) return true;
	const callee = unwrap(call.callee);
	return callee.type === "MemberExpression" && AT_ONCE.test(keyOf(callee) ?? "");
}
