/** Paths of the definitions: what is found at one, and putting a value at one. */

type Bag = Record<string, unknown>;

interface Step {
	/** The members; several are read as one list. */
	readonly names: readonly string[];
	/** Every item (`[]`), one item (`[0]`, `[-1]`), or the member itself. */
	readonly item: "all" | number | undefined;
}

const parsed = new Map<string, readonly Step[]>();

function stepsOf(path: string): readonly Step[] {
	let steps = parsed.get(path);
	if (steps === undefined) {
		steps = path === "@" ? [] : path.split(".").map(readStep);
		parsed.set(path, steps);
	}
	return steps;
}

function readStep(text: string): Step {
	const [, names = "", index] = /^([^[]*)(?:\[(-?\d*|\*)\])?$/.exec(text) ?? [];
	const item = index === undefined ? undefined : /\d/.test(index) ? Number(index) : "all";
	return { names: names.split(","), item };
}

/** The value at a path: `Reservations[0].Instances[0]`; undefined where there is none. */
export function at(path: string, from: unknown): unknown {
	let value = from;
	for (const { names, item } of stepsOf(path)) {
		value = member(value, names[0] as string);
		if (item !== undefined) value = (value as readonly unknown[] | undefined)?.at(item === "all" ? 0 : item);
	}
	return value ?? undefined;
}

/** The same as a function, for lists: most paths are one member. */
export function readerOf(path: string): (from: unknown) => unknown {
	if (path === "@") return (from) => from ?? undefined;
	if (/[.[,]/.test(path)) return (from) => at(path, from);
	return (from) => member(from, path) ?? undefined;
}

/** Every value at a path with lists in it, which is not to be changed: `Reservations[].Instances[]`. */
export function all(path: string, from: unknown): readonly unknown[] {
	if (/^\w+\[\]$/.test(path)) return (member(from, path.slice(0, -2)) as unknown[] | undefined) ?? [];
	let values = [from];
	for (const { names, item } of stepsOf(path)) {
		const found = values.flatMap((value) => names.map((name) => member(value, name)));
		values = item === "all" ? found.flat() : found;
	}
	return values.filter((value) => value !== undefined && value !== null);
}

const member = (value: unknown, name: string): unknown => (value as Bag | null | undefined)?.[name];

/** Puts a value where a path points to, making what is missing on the way; `[]` and `[*]` are the item at `index`. */
export function put(into: Bag, path: string, value: unknown, index = 0): void {
	let place: Bag | unknown[] = into;
	let key: string | number = "";
	const enter = (next: string | number, empty: () => Bag | unknown[]): void => {
		if (key !== "") place = (place as Bag)[key] as Bag;
		key = next;
		(place as Bag)[key] ??= empty();
	};
	for (const { names, item } of stepsOf(path)) {
		enter(names[0] as string, item === undefined ? () => ({}) : () => []);
		if (item !== undefined) enter(item === "all" ? index : item, () => ({}));
	}
	(place as Bag)[key] = value;
}
