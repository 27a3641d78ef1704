/** Methods that are chained on what stands for an object: a wrapped handler, a view of a query builder. */

type Method = (...args: unknown[]) => unknown;

/** A method that returns its object returns what stands for it: what is chained stays in the scope. */
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
