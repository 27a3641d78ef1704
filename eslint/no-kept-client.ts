/** The rule `aws-scope/no-kept-client`. */

import type { Rule, Scope } from "eslint";
import type { AssignmentExpression, CallExpression, Identifier, MethodDefinition, Node, StaticBlock } from "estree";
import { type Scoped, scopedBy } from "./accessors.js";
import { type Collected, keptIn } from "./kept.js";
import {
	isFunction,
	isModuleLevel,
	isModuleVariable,
	isUsedLater,
	keyOf,
	parentOf,
	unwrap,
	variableOf,
} from "./syntax.js";

/** Functions that test runners call before tests, outside every scope. */
const TEST_HOOK = /^(before|beforeAll|beforeEach|setup|suiteSetup)$/;

/** What other modules see. */
const SHARED = /^(exports|globalThis|module\.exports)\b/;

/** A place that outlives every scope, and what is put there. */
interface Place {
	readonly value: Node;
	/** Whether the value is made when the module is loaded. */
	readonly isModuleLevel: boolean;
	/** A variable of the module, which keeps nothing for later if only the module's own code uses it. */
	readonly variable?: Scope.Variable | undefined;
}

export const noKeptClient: Rule.RuleModule = {
	meta: {
		type: "problem",
		docs: {
			description: "Disallow keeping a scoped client or resource where it outlives its scope",
			recommended: true,
		},
		hasSuggestions: true,
		schema: [],
		messages: {
			madeOutside:
				"This {{what}} is made outside every scope and kept, so the first tenant's call with it is refused (STRAYED_CLIENT). {{fix}}",
			keptOutside:
				"This {{what}} is kept where other tenants' calls find it, and they are refused (STRAYED_CLIENT). {{fix}}",
			callWhereUsed: "Call it where it is used: make '{{name}}' a function.",
		},
	},
	create(context) {
		const { sourceCode } = context;
		const places: Place[] = [];
		const collected: Collected = { returned: new Map(), assigned: new Map() };
		const reported = new Set<CallExpression>();

		const addAssignment = (node: AssignmentExpression & Rule.NodeParentExtension): void => {
			if (isInTestHook(node)) return;
			const place = { value: node.right, isModuleLevel: isModuleLevel(node) };
			if (node.left.type === "MemberExpression" && node.left.object.type === "ThisExpression") {
				addField(node, place);
			} else if (SHARED.test(sourceCode.getText(node.left))) {
				places.push(place);
			} else {
				const variable = moduleVariable(node.left);
				if (variable !== undefined) places.push({ ...place, variable });
			}
		};

		/** The variable of the module that is assigned to, itself or as a fixed member of the object that it is declared with. */
		const moduleVariable = (left: Node): Scope.Variable | undefined => {
			const target = left.type === "MemberExpression" && keyOf(left) !== undefined ? left.object : left;
			const variable = target.type === "Identifier" ? variableOf(target, sourceCode) : undefined;
			if (variable === undefined || !isModuleVariable(variable)) return undefined;
			if (target === left) return variable;
			const [definition] = variable.defs;
			const isOwn = definition?.type === "Variable" && definition.node.init?.type === "ObjectExpression";
			return isOwn || definition?.type === "ClassName" ? variable : undefined;
		};

		/** `this.name = value`, in a class. The fields of an instance are kept where the instance is. */
		const addField = (node: AssignmentExpression, place: Place): void => {
			const member = memberAround(node);
			const owner = member && parentOf(parentOf(member) as Node);
			if (member === undefined || owner === undefined) return;
			if (member.type !== "StaticBlock" && !member.static) add(collected.assigned, owner, node.right);
			else if (isModuleLevel(owner)) places.push(place);
		};

		const report = ({ value, isModuleLevel: atLoad, variable }: Place): void => {
			if (atLoad && variable !== undefined && !isUsedLater(variable)) return;
			for (const [call, scoped] of keptIn(value, sourceCode, collected)) {
				if (reported.has(call)) continue;
				reported.add(call);
				const member = memberAround(call);
				const isLater = !atLoad || (member?.type === "MethodDefinition" && member.kind !== "constructor");
				context.report({
					node: call,
					messageId: isLater ? "keptOutside" : "madeOutside",
					data: { what: scoped.kind, fix: fixOf(call, scoped) },
					suggest: suggestionFor(call, variable),
				});
			}
		};

		const fixOf = (call: CallExpression, { kind, isAccessor }: Scoped): string => {
			if (kind === "resource") return "Get it where it is used.";
			const accessor = sourceCode.getText(call.callee as Node);
			const own = isAccessor ? `${accessor}()` : sourceCode.getText(call);
			const library = isAccessor ? `followingClient(${accessor}), or ` : "";
			return `Call ${own} where the client is used. For a library that keeps its client, use ${library}perSession(() => ...).`;
		};

		/** `const s3 = clients.s3()` becomes `const s3 = () => clients.s3()`, and each use a call. */
		const suggestionFor = (call: CallExpression, variable?: Scope.Variable): Rule.SuggestionReportDescriptor[] => {
			const [definition] = variable?.defs ?? [];
			if (variable === undefined || definition?.type !== "Variable" || definition.node.init !== call) return [];
			const { id } = definition.node;
			const uses = variable.references.filter((use) => use.init !== true).map((use) => use.identifier as Identifier);
			const isPlain = uses.every((use) => {
				const user = parentOf(use);
				return user?.type === "MemberExpression" && user.object === use && parentOf(user)?.type === "CallExpression";
			});
			const declared = parentOf(definition.parent as Node);
			const isTyped = (id as { typeAnnotation?: unknown }).typeAnnotation !== undefined;
			if (id.type !== "Identifier" || !isPlain || isTyped || declared?.type === "ExportNamedDeclaration") return [];
			return [
				{
					messageId: "callWhereUsed",
					data: { name: variable.name },
					fix: (fixer) => [
						fixer.insertTextBefore(call, "() => "),
						...uses.map((use) => fixer.insertTextAfter(use, "()")),
					],
				},
			];
		};

		return {
			VariableDeclarator(node) {
				if (node.init == null || !isModuleLevel(node)) return;
				const init = unwrap(node.init);
				const isPart = node.id.type === "ObjectPattern" && init.type === "CallExpression";
				if (isPart && scopedBy(init, sourceCode) !== undefined) return;
				// A pattern declares several. One that is used later is enough.
				const variables = sourceCode.getDeclaredVariables(node);
				const variable = variables.find(isUsedLater) ?? variables[0];
				places.push({ value: node.init, isModuleLevel: true, variable });
			},
			ExportDefaultDeclaration: ({ declaration }) =>
				void places.push({ value: declaration as Node, isModuleLevel: true }),
			PropertyDefinition(node) {
				if (!node.static || node.value == null || !isModuleLevel(node)) return;
				places.push({ value: node.value, isModuleLevel: true });
			},
			AssignmentExpression: addAssignment,
			ReturnStatement(node) {
				let around: Node | undefined = node;
				while (around !== undefined && !isFunction(around)) around = parentOf(around);
				if (around !== undefined && node.argument != null) add(collected.returned, around, node.argument);
			},
			"Program:exit": () => places.forEach(report),
		};
	},
};

function add(map: Map<Node, Node[]>, key: Node, value: Node): void {
	const known = map.get(key) ?? [];
	known.push(value);
	map.set(key, known);
}

/** The method or static block of a class whose `this` a node has. */
function memberAround(node: Node): MethodDefinition | StaticBlock | undefined {
	let around: Node | undefined = node;
	while (around !== undefined && around.type !== "StaticBlock") {
		if (around.type === "ClassBody") return undefined;
		if (isFunction(around) && around.type !== "ArrowFunctionExpression") {
			const member = parentOf(around);
			return member?.type === "MethodDefinition" ? member : undefined;
		}
		around = parentOf(around);
	}
	return around;
}

function isInTestHook(node: Node): boolean {
	for (let inner = parentOf(node); inner !== undefined; inner = parentOf(inner)) {
		const call = isFunction(inner) ? parentOf(inner) : undefined;
		if (call?.type !== "CallExpression") continue;
		const callee = unwrap(call.callee);
		if (TEST_HOOK.test(callee.type === "Identifier" ? callee.name : (keyOf(callee) ?? ""))) return true;
	}
	return false;
}
