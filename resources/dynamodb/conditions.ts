/** Conditions on keys and attributes, which are converted to expressions of DynamoDB. */

import { refuse } from "../errors.js";

declare const NAMES: unique symbol;
declare const NEEDS: unique symbol;

/** Creates the placeholders for names and values in an expression. */
export interface Placeholders {
	name(path: string): string;
	value(value: unknown): string;
}

/** A condition of `Key()` or `Attr()`. `Names` are the attributes that it uses, and `Needs` are their types. */
export class Condition<Names extends string = string, Needs = never> {
	declare readonly [NAMES]: Names;
	declare readonly [NEEDS]: (item: Needs) => void;
	/** Writes the expression. @internal */
	readonly write: (to: Placeholders) => string;

	/** @internal */
	constructor(write: (to: Placeholders) => string) {
		this.write = write;
	}

	/** Returns a condition that is true if both are. */
	and<Other extends string, More>(other: Condition<Other, More>): Condition<Names | Other, Needs & More> {
		return new Condition((to) => `(${this.write(to)} AND ${other.write(to)})`);
	}

	/** Returns a condition that is true if at least one is. */
	or<Other extends string, More>(other: Condition<Other, More>): Condition<Names | Other, Needs & More> {
		return new Condition((to) => `(${this.write(to)} OR ${other.write(to)})`);
	}

	/** Returns the negated condition. */
	not(): Condition<Names, Needs> {
		return new Condition((to) => `(NOT ${this.write(to)})`);
	}
}

/** A condition on a table with items of this type. It uses their attributes, and compares them with values of their types. */
export type ConditionOn<Item> = string extends keyof Item
	? Condition<string, never>
	: Condition<keyof Item & string, { [Key in keyof Item]: Item[Key] }>;

/** The attribute at the start of a path. */
type Root<Path extends string> = Path extends `${infer Before}.${string}`
	? Root<Before>
	: Path extends `${infer Name}[${string}`
		? Name
		: Path;

type Wide<Value> = Value extends string
	? string
	: Value extends number | bigint
		? number | bigint
		: Value extends boolean
			? boolean
			: Value;

/** The type of an item that can be compared with the value. Nested attributes are not checked. */
type Has<Path extends string, Value> =
	Path extends Root<Path> ? { readonly [Key in Path]?: Wide<Value> | undefined } : unknown;

type On<Path extends string, Value> = Condition<Root<Path>, Has<Path, Value>>;

class Operand<Path extends string> {
	readonly write: (to: Placeholders) => string;

	constructor(write: (to: Placeholders) => string) {
		this.write = write;
	}

	eq<Value>(value: Value): On<Path, Value> {
		return this.compare("=", value);
	}

	lt<Value>(value: Value): On<Path, Value> {
		return this.compare("<", value);
	}

	lte<Value>(value: Value): On<Path, Value> {
		return this.compare("<=", value);
	}

	gt<Value>(value: Value): On<Path, Value> {
		return this.compare(">", value);
	}

	gte<Value>(value: Value): On<Path, Value> {
		return this.compare(">=", value);
	}

	between<Value>(low: Value, high: Value): On<Path, Value> {
		return new Condition((to) => `${this.write(to)} BETWEEN ${to.value(low)} AND ${to.value(high)}`);
	}

	protected compare<Value>(operator: string, value: Value): On<Path, Value> {
		return new Condition((to) => `${this.write(to)} ${operator} ${to.value(value)}`);
	}
}

class Named<Path extends string> extends Operand<Path> {
	readonly path: Path;

	constructor(path: Path) {
		super((to) => to.name(path));
		this.path = path;
	}

	beginsWith(prefix: string): On<Path, string> {
		return this.call("begins_with", prefix);
	}

	protected call<Value>(name: string, value: unknown): On<Path, Value> {
		return new Condition((to) => `${name}(${this.write(to)}, ${to.value(value)})`);
	}
}

/** DynamoDB's limit for one `IN`. */
const MAX_IN = 100;

class Attribute<Path extends string> extends Named<Path> {
	ne<Value>(value: Value): On<Path, Value> {
		return this.compare("<>", value);
	}

	isIn<Value>(values: readonly Value[]): On<Path, Value> {
		if (values.length === 0) refuse("Attr().isIn() requires at least one value.");
		const lists = Array.from({ length: Math.ceil(values.length / MAX_IN) }, (_, at) =>
			values.slice(at * MAX_IN, (at + 1) * MAX_IN),
		);
		return new Condition((to) => {
			const parts = lists.map((list) => `${this.write(to)} IN (${list.map((value) => to.value(value)).join(", ")})`);
			return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" OR ")})`;
		});
	}

	exists(): Condition<Root<Path>, unknown> {
		return new Condition((to) => `attribute_exists(${this.write(to)})`);
	}

	notExists(): Condition<Root<Path>, unknown> {
		return new Condition((to) => `attribute_not_exists(${this.write(to)})`);
	}

	contains(value: unknown): Condition<Root<Path>, unknown> {
		return this.call("contains", value) as Condition<Root<Path>, unknown>;
	}

	/** Compares the attribute's type with a DynamoDB type: `S`, `N`, `M`, and so on. */
	attributeType(
		type: "S" | "SS" | "N" | "NS" | "B" | "BS" | "BOOL" | "NULL" | "L" | "M",
	): Condition<Root<Path>, unknown> {
		return this.call("attribute_type", type) as Condition<Root<Path>, unknown>;
	}

	/** Returns the attribute's size as an operand: `Attr("tags").size().gt(2)`. */
	size(): Operand<`${Path}.size`> {
		return new Operand((to) => `size(${this.write(to)})`);
	}
}

/**
 * Creates a condition on a key attribute, for `KeyConditionExpression`.
 * @example
 * await table.query({ KeyConditionExpression: Key("id").eq("a").and(Key("line").between(2, 4)) });
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
export const Key = <Path extends string>(name: Path): Omit<Named<Path>, "write" | "path"> => new Named(name);

/**
 * Creates a condition on an attribute or on a nested one (`address.city`, `lines[0]`), for all other expressions.
 * @example
 * await table.scan({ FilterExpression: Attr("total").gt(10).and(Attr("address.city").exists()) });
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export const Attr = <Path extends string>(path: Path): Omit<Attribute<Path>, "write" | "path"> => new Attribute(path);

interface Expressions {
	ExpressionAttributeNames?: Record<string, string>;
	ExpressionAttributeValues?: Record<string, unknown>;
}

const EXPRESSIONS = ["KeyConditionExpression", "FilterExpression", "ConditionExpression"];

/** Converts the conditions of an input to expressions, and merges their placeholders with the caller's. */
export function writeConditions<Input extends object>(input: Input): Input & Expressions {
	const given = input as Record<string, unknown>;
	if (!EXPRESSIONS.some((name) => given[name] instanceof Condition)) return input;
	const names: Record<string, string> = { ...(given["ExpressionAttributeNames"] as object | undefined) };
	const values: Record<string, unknown> = { ...(given["ExpressionAttributeValues"] as object | undefined) };
	const to: Placeholders = {
		name: (path) =>
			path.replace(/[^.[\]]+(?![^[]*\])/g, (part) => {
				const known = Object.keys(names).find((key) => key.startsWith("#n") && names[key] === part);
				const key = known ?? free("#n", names);
				names[key] = part;
				return key;
			}),
		value(value) {
			const key = free(":v", values);
			values[key] = value;
			return key;
		},
	};
	const written: Record<string, unknown> = { ...given };
	for (const name of EXPRESSIONS) {
		const condition = given[name];
		if (condition instanceof Condition) written[name] = condition.write(to);
	}
	if (Object.keys(names).length > 0) written["ExpressionAttributeNames"] = names;
	if (Object.keys(values).length > 0) written["ExpressionAttributeValues"] = values;
	return written as Input & Expressions;
}

function free(prefix: string, taken: object): string {
	let number = Object.keys(taken).length;
	while (`${prefix}${number}` in taken) number += 1;
	return `${prefix}${number}`;
}
