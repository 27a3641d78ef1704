/** Results between the tasks and the reader. */

type Read<Result> = IteratorResult<Result, undefined>;

interface Reader<Result> {
	readonly resolve: (read: Read<Result>) => void;
	readonly reject: (error: unknown) => void;
}

/** A queue of results. With `ordered`, a result waits until all earlier targets' results have been added. */
export class Results<Result> {
	readonly #ordered: boolean;
	readonly #early = new Map<number, Result>();
	readonly #ready: Result[] = [];
	readonly #readers: Reader<Result>[] = [];
	#next = 0;
	#end: { readonly error?: unknown; readonly failed: boolean } | undefined;

	constructor(ordered: boolean) {
		this.#ordered = ordered;
	}

	/** How many results wait for the reader. */
	get unread(): number {
		return this.#ready.length + this.#early.size;
	}

	/** Whether the reader gets nothing before this target's result. */
	isNext(index: number): boolean {
		return this.#ordered && index === this.#next;
	}

	add(index: number, result: Result): void {
		if (this.#end !== undefined) return;
		if (this.#ordered) this.#early.set(index, result);
		else this.#ready.push(result);
		for (; this.#early.has(this.#next); this.#next += 1) {
			this.#ready.push(this.#early.get(this.#next) as Result);
			this.#early.delete(this.#next);
		}
		this.#serve();
	}

	/** The next result, or the end once there are no more. */
	read(): Promise<Read<Result>> {
		return new Promise((resolve, reject) => {
			this.#readers.push({ resolve, reject });
			this.#serve();
		});
	}

	/** No more results are added. After those that wait, the reader gets the error, if there is one. */
	end(failure?: { readonly error: unknown }): void {
		if (this.#end !== undefined) return;
		this.#end = { ...failure, failed: failure !== undefined };
		// After an early end, there may be gaps in the order.
		this.#ready.push(...[...this.#early].sort(([a], [b]) => a - b).map(([, result]) => result));
		this.#early.clear();
		this.#serve();
	}

	/** Drops what waits, and ends. */
	drop(): void {
		this.#ready.length = 0;
		this.#early.clear();
		if (this.#end?.failed !== false) this.#end = { failed: false };
		this.#serve();
	}

	#serve(): void {
		while (this.#readers.length > 0 && (this.#ready.length > 0 || this.#end !== undefined)) {
			const { resolve, reject } = this.#readers.shift() as Reader<Result>;
			if (this.#ready.length > 0) resolve({ done: false, value: this.#ready.shift() as Result });
			else if (this.#end?.failed) {
				const { error } = this.#end;
				this.#end = { failed: false };
				reject(error);
			} else resolve({ done: true, value: undefined });
		}
	}
}
