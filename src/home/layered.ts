/** Options in layers: what a later one names comes on top of an earlier one. */

type Options = Readonly<Record<string, unknown>>;

/** Puts options on top of each other. A member that is `undefined` names nothing, so what lies below shows. */
export function layered(...layers: readonly (Options | undefined)[]): Options {
	const result: Record<PropertyKey, unknown> = {};
	for (const layer of layers) {
		if (layer === undefined) continue;
		for (const key of Object.keys(layer)) {
			const value = layer[key];
			if (value === undefined) continue;
			// Defined, not assigned: a member called __proto__ is a member like any other.
			Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
		}
	}
	return result;
}
