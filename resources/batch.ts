/** Batch actions: one operation for each page of a collection. */

import type { AnyCollection } from "./collection.js";
import type { Request } from "./definition.js";
import { BatchError, type BatchFailure } from "./errors.js";
import { type Bag, fillIn, merge } from "./input.js";
import { send, sourcesOf } from "./resource.js";

/** Where AWS lists what of a batch it has not done. */
const FAILED = ["Errors", "Failed", "UnprocessedItems", "Unsuccessful"];

/**
 * Calls the operation for every page; gives the answers. A page that is done in part does not end it: what could not be
 * done is told at the end, all of it. A call that fails ends it.
 */
export async function runBatch(
	collection: AnyCollection,
	name: string,
	{ op, fill }: Request,
	given: unknown,
	options: unknown,
): Promise<Bag[]> {
	const where = `${collection}.${name}()`;
	const answers: Bag[] = [];
	for await (const page of collection.pages(options)) {
		const [first] = page;
		if (first === undefined) continue;
		const filled: Bag = {};
		page.forEach((resource, index) => {
			fillIn(fill, sourcesOf(resource), filled, index);
		});
		const input = merge(where, filled, given, "fill each");
		try {
			answers.push(await send(first, op, input, options));
		} catch (error) {
			const failures = answers.flatMap(failuresIn);
			if (failures.length === 0) throw error;
			throw new BatchError(`${where} failed, and ${told(failures)} before.`, failures, answers, error);
		}
	}
	const failures = answers.flatMap(failuresIn);
	if (failures.length > 0) throw new BatchError(`${where} was done in part: ${told(failures)}.`, failures, answers);
	return answers;
}

function failuresIn(answer: Bag): BatchFailure[] {
	return FAILED.flatMap((list) => (answer[list] as Bag[] | undefined) ?? []).map((entry) => ({
		code: text(entry["Code"]),
		message: text(entry["Message"]),
		entry,
	}));
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const MAX_TOLD = 3;

function told(failures: readonly BatchFailure[]): string {
	const each = failures.slice(0, MAX_TOLD).map(({ entry, code, message }) => {
		const { Key, Id } = entry as { Key?: string; Id?: string };
		return `${Key ?? Id ?? "one"} (${code ?? message ?? "no reason given"})`;
	});
	const more = failures.length - each.length;
	return `AWS refused ${each.join(", ")}${more > 0 ? ` and ${more} more` : ""}; its failures list all`;
}
