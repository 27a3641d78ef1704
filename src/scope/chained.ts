/** Method chaining on objects that stand in for others: a wrapped handler, a proxy of a query builder. */

type Method = (...args: unknown[]) => unknown;

/** If a method returns its own object, returns the stand-in instead, so that chained calls stay in the scope. */
export function chained(
	method: unknown,
	from: unknown,
	to: unknown,
	others: (made: unknown) => unknown = (made) => made,
): unknown {
	if (typeof method !== "function") return method;
	return new Proxy(method, {
		apply(target, self, args) {
			const result: unknown = Reflect.apply(target as Method, self === to ? from : self, args);
			return result === from ? to : others(result);
		},
	});
}
