/** Which clients a value keeps. */

import type { Scope, SourceCode } from "eslint";
import type { CallExpression, Class, Identifier, Node } from "estree";
import { type Scoped, scopedBy } from "./accessors.js";
import { type AnyFunction, definitionOf, initOf, isFunction, isModuleVariable, unwrap, variableOf } from "./syntax.js";

/** Facts that the rule collects on its way through a file. */
export interface Collected {
	/** What each function returns. */
	readonly returned: Map<Node, Node[]>;
	/** What each class assigns to the fields of `this`. */
	readonly assigned: Map<Node, Node[]>;
}

/** Functions of other packages that return something that keeps their argument. */
const KEEPING = /^(withAwsScope|Object\.freeze|DynamoDBDocument(Client)?\.from)$/;

/**
 * Returns the calls whose clients a value keeps: as itself, in an object, through its constructor, or in the closure of a
 * function that this file returns from a function that it calls. What another file's function returns is unknown.
 */
export function keptIn(value: Node, sourceCode: SourceCode, collected: Collected): Map<CallExpression, Scoped> {
	const found = new Map<CallExpression, Scoped>();
	const seen = new Set<Node>();
	const parameters = new Map<Scope.Variable, Node>();

	const visit = (given: Node | null | undefined): void => {
		if (given == null || seen.has(given)) return;
		seen.add(given);
		const node = unwrap(given);
		switch (node.type) {
			case "Identifier":
				visitVariable(variableOf(node, sourceCode));
				break;
			case "CallExpression":
				visitCall(node);
				break;
			case "NewExpression":
				node.arguments.forEach(visit);
				visitClass(definedAs(node.callee as Node, sourceCode));
				break;
			case "ObjectExpression":
				node.properties.forEach(visit);
				break;
			case "Property":
				visit(node.value);
				break;
			case "ArrayExpression":
				node.elements.forEach(visit);
				break;
			case "SpreadElement":
			case "AwaitExpression":
				visit(node.argument);
				break;
			case "ConditionalExpression":
				visit(node.consequent);
				visit(node.alternate);
				break;
			case "LogicalExpression":
				visit(node.left);
				visit(node.right);
				break;
			case "AssignmentExpression":
				visit(node.right);
				break;
			case "ArrowFunctionExpression":
			case "FunctionDeclaration":
			case "FunctionExpression":
				visitClosure(node);
		}
	};

	const visitVariable = (variable: Scope.Variable | undefined): void => {
		const definition = definitionOf(variable);
		if (variable === undefined || definition === undefined) return;
		if (definition.type === "Parameter") visit(parameters.get(variable));
		else if (definition.type === "FunctionName") visit(definition.node);
		else visit(initOf(variable));
	};

	const visitCall = (call: CallExpression): void => {
		const scoped = scopedBy(call, sourceCode);
		if (scoped !== undefined) {
			found.set(call, scoped);
			return;
		}
		if (KEEPING.test(sourceCode.getText(call.callee as Node))) {
			call.arguments.forEach(visit);
			return;
		}
		const called = definedAs(call.callee as Node, sourceCode);
		if (!isFunction(called) || called.generator === true) return;
		for (const variable of sourceCode.getDeclaredVariables(called)) {
			const argument = call.arguments[called.params.indexOf(variable.identifiers[0] as Identifier)];
			if (argument !== undefined) parameters.set(variable, argument);
		}
		if (called.body.type !== "BlockStatement") visit(called.body);
		collected.returned.get(called)?.forEach(visit);
	};

	/** What a function uses of the functions around it. A module's variables are judged on their own. */
	const visitClosure = (closure: AnyFunction): void => {
		for (const { resolved } of sourceCode.scopeManager.acquire(closure, true)?.through ?? []) {
			if (resolved !== null && !isModuleVariable(resolved)) visitVariable(resolved);
		}
	};

	const visitClass = (made: Node | undefined): void => {
		if (made?.type !== "ClassDeclaration" && made?.type !== "ClassExpression") return;
		for (const member of (made as Class).body.body) {
			if (member.type === "PropertyDefinition" && !member.static) visit(member.value);
		}
		collected.assigned.get(made)?.forEach(visit);
	};

	visit(value);
	return found;
}

/** The function or class that an expression names. */
function definedAs(given: Node, sourceCode: SourceCode): Node | undefined {
	const node = unwrap(given);
	if (node.type !== "Identifier") return node;
	const variable = variableOf(node, sourceCode);
	const definition = definitionOf(variable);
	if (definition?.type === "FunctionName" || definition?.type === "ClassName") return definition.node as Node;
	return initOf(variable);
}
