/** Runs many tasks with limited concurrency. */

/** Runs `task` for 0 … count-1, at most `concurrency` at a time. Each worker starts outside every scope. */
export async function pool(
	count: number,
	concurrency: number,
	task: (index: number) => Promise<unknown>,
): Promise<void> {
	let next = 0;
	const worker = async (): Promise<void> => {
		while (next < count) await task(next++);
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}

/** Returns the error of a promise or a call. Fails if there is none. */
export async function failure(of: Promise<unknown> | (() => unknown)): Promise<Error & { readonly code?: string }> {
	try {
		await (typeof of === "function" ? of() : of);
	} catch (error) {
		return error as Error;
	}
	throw new Error("Expected an error, but there was none.");
}
