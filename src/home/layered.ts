/** Merges options: later ones override earlier ones. */

type Options = Readonly<Record<string, unknown>>;

/** Merges options. A member that is `undefined` doesn't override anything. */
export function layered(...layers: readonly (Options | undefined)[]): Options {
	const result: Record<PropertyKey, unknown> = {};
	for (const layer of layers) {
		if (layer === undefined) continue;
		for (const key of Object.keys(layer)) {
			const value = layer[key];
			if (value === undefined) continue;
			// An assignment to a member named __proto__ would set the prototype.
			Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
		}
	}
	return result;
}
