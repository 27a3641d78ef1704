/** Actions by name, such as `{ delete: "DeleteSecret" }`, with the same parameters filled in. */
export const named = (params: Readonly<Record<string, string>>, ops: Readonly<Record<string, string>>) =>
	Object.fromEntries(Object.entries(ops).map(([name, operation]) => [name, { operation, params }]));
