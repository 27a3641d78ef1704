/** Reads and writes the values at the paths that definitions use. */

/** A plain object, such as the input or the output of an operation. */
export type PlainObject = Record<string, unknown>;

interface Step {
	/** The members to read. Several members form one list. */
	readonly names: readonly string[];
	/** `"all"` for every item (`[]`), the index of one item (`[0]`, `[-1]`), or `undefined` for the member itself. */
	readonly item: "all" | number | undefined;
}

const parsed = new Map<string, readonly Step[]>();

function stepsOf(path: string): readonly Step[] {
	let steps = parsed.get(path);
	if (steps === undefined) {
		steps = path === "@" ? [] : path.split(".").map(parseStep);
		parsed.set(path, steps);
	}
	return steps;
}

function parseStep(text: string): Step {
	const [, names = "", index] = /^([^[]*)(?:\[(-?\d*|\*)\])?$/.exec(text) ?? [];
	const item = index === undefined ? undefined : /\d/.test(index) ? Number(index) : "all";
	return { names: names.split(","), item };
}

/** Returns the value at a path, such as `Reservations[0].Instances[0]`, or `undefined`. */
export function valueAt(path: string, from: unknown): unknown {
	let value = from;
	for (const { names, item } of stepsOf(path)) {
		value = member(value, names[0] as string);
		if (item !== undefined) value = (value as readonly unknown[] | undefined)?.at(item === "all" ? 0 : item);
	}
	return value ?? undefined;
}

/** Returns {@link valueAt} for one path as a function. It is faster for long lists, because most paths are one member. */
export function readerOf(path: string): (from: unknown) => unknown {
	if (path === "@") return (from) => from ?? undefined;
	if (/[.[,]/.test(path)) return (from) => valueAt(path, from);
	return (from) => member(from, path) ?? undefined;
}

/** Returns every value at a path with lists, such as `Reservations[].Instances[]`. Do not change the returned array. */
export function valuesAt(path: string, from: unknown): readonly unknown[] {
	if (/^\w+\[\]$/.test(path)) return (member(from, path.slice(0, -2)) as unknown[] | undefined) ?? [];
	let values = [from];
	for (const { names, item } of stepsOf(path)) {
		const found = values.flatMap((value) => names.map((name) => member(value, name)));
		values = item === "all" ? found.flat() : found;
	}
	return values.filter((value) => value !== undefined && value !== null);
}

const member = (value: unknown, name: string): unknown => (value as PlainObject | null | undefined)?.[name];

/** Sets the value at a path and creates missing objects and lists. `[]` and `[*]` are the item at `index`. */
export function setAt(into: PlainObject, path: string, value: unknown, index = 0): void {
	let place: PlainObject | unknown[] = into;
	let key: string | number = "";
	const enter = (next: string | number, empty: () => PlainObject | unknown[]): void => {
		if (key !== "") place = (place as PlainObject)[key] as PlainObject;
		key = next;
		(place as PlainObject)[key] ??= empty();
	};
	for (const { names, item } of stepsOf(path)) {
		enter(names[0] as string, item === undefined ? () => ({}) : () => []);
		if (item !== undefined) enter(item === "all" ? index : item, () => ({}));
	}
	(place as PlainObject)[key] = value;
}
