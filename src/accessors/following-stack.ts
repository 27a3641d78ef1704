/** The middleware stack of a following client: the current client's, with changes that are this object's alone. */

import type { AnyStack } from "../client/signing-steps.js";

/** A change to a stack, to be repeated on copies of others. */
interface Change {
	readonly apply: (stack: AnyStack) => unknown;
	/** Of an added middleware. */
	readonly names: readonly unknown[];
	readonly tags: readonly unknown[];
	readonly overrides: boolean;
	/** Of a removal. */
	readonly removes?: unknown;
}

interface Names {
	readonly name?: string;
	readonly aliases?: readonly string[];
	readonly tags?: readonly string[];
	readonly override?: boolean;
}

/** What a library changed in a following client's middleware. */
export class StackChanges {
	readonly #template: () => AnyStack;
	readonly #changed: () => void;
	#list: readonly Change[] = [];

	/**
	 * @param template the stack of a client of the class, which checks each change and lists the middleware where there is no
	 * current client
	 */
	constructor(template: () => AnyStack, changed: () => void) {
		this.#template = template;
		this.#changed = changed;
	}

	get isEmpty(): boolean {
		return this.#list.length === 0;
	}

	/**
	 * A stack that adds these changes to another one whenever it is used, and records further ones.
	 * @param perRequest adds to the stack of each request
	 */
	over(base: () => AnyStack, shown = base, perRequest?: (stack: AnyStack) => void): AnyStack {
		const copy = (): AnyStack => this.#changedCopy(base());
		const stack = {
			add: (middleware: never, options: Names = {}) =>
				this.#add((to) => to.add(middleware, options as never), middleware, options),
			addRelativeTo: (middleware: never, options: Names) =>
				this.#add((to) => to.addRelativeTo(middleware, options as never), middleware, options),
			use: (plugin: { applyToStack(stack: AnyStack): void }) => plugin.applyToStack(stack as unknown as AnyStack),
			remove: (target: never) =>
				this.#remove(
					(to) => to.remove(target),
					target,
					(names) => names.includes(target),
				),
			removeByTag: (tag: string) =>
				this.#remove(
					(to) => to.removeByTag(tag),
					`tag ${tag}`,
					(_names, tags) => tags.includes(tag),
				),
			// As the SDK does, with one copy of the base, because it happens with each request.
			concat: (from: AnyStack) =>
				base().concat({
					applyToStack: (to: AnyStack) => {
						this.#applyTo(to);
						perRequest?.(to);
						to.use(from);
					},
					identifyOnResolve: () => from.identifyOnResolve?.() ?? false,
				} as unknown as AnyStack),
			clone: copy,
			applyToStack: (to: AnyStack) => copy().applyToStack(to),
			identify: () => this.#changedCopy(shown()).identify(),
			identifyOnResolve: (toggle?: boolean) => {
				if (toggle !== undefined) this.#record((to) => to.identifyOnResolve(toggle), "identifyOnResolve");
				return this.#changedCopy(shown()).identifyOnResolve();
			},
			resolve: (...args: Parameters<AnyStack["resolve"]>) => copy().resolve(...args),
		};
		return stack as unknown as AnyStack;
	}

	#changedCopy(base: AnyStack): AnyStack {
		const copy = base.clone();
		this.#applyTo(copy);
		return copy;
	}

	#applyTo(stack: AnyStack): void {
		for (const { apply } of this.#list) apply(stack);
	}

	#add(apply: Change["apply"], middleware: unknown, { name, aliases = [], tags = [], override = false }: Names): void {
		const names: readonly unknown[] = [middleware, name, ...aliases].filter((each) => each !== undefined);
		// Checks it, as the SDK would.
		apply(this.#changedCopy(this.#template()));
		const rest = override
			? this.#list.filter((each) => !each.names.slice(1).some((other) => names.includes(other)))
			: this.#list;
		this.#replace([...rest, { apply, names, tags, overrides: override }]);
	}

	#remove(
		apply: (stack: AnyStack) => boolean,
		target: unknown,
		matches: (names: readonly unknown[], tags: readonly unknown[]) => boolean,
	): boolean {
		const removed = apply(this.#changedCopy(this.#template()));
		const own = this.#list.filter(({ names, tags }) => matches(names, tags));
		this.#list = this.#list.filter((each) => !own.includes(each));
		// Another one with that name is in the clients' own stacks, unless this object's was one more.
		const isElsewhere = own.length === 0 ? typeof target === "string" : own.some(({ overrides }) => overrides);
		if (isElsewhere) this.#record(apply, target);
		else this.#changed();
		return removed;
	}

	/** Records a change that replaces an earlier one of its kind, so that repeated changes add nothing. */
	#record(apply: Change["apply"], removes: unknown): void {
		const rest = this.#list.filter((each) => each.removes !== removes);
		this.#replace([...rest, { apply, names: [], tags: [], overrides: false, removes }]);
	}

	#replace(list: readonly Change[]): void {
		this.#list = list;
		this.#changed();
	}
}
