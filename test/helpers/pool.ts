/** Runs many tasks with a fixed number of them under way. */

/** Runs `task` for 0 … count-1, at most `concurrency` at once; each worker starts outside every scope. */
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

/** What a promise was rejected with, or a call threw; fails when neither happened. */
export async function failure(of: Promise<unknown> | (() => unknown)): Promise<Error & { readonly code?: string }> {
	try {
		await (typeof of === "function" ? of() : of);
	} catch (error) {
		return error as Error;
	}
	throw new Error("It was expected to fail, and did not.");
}
