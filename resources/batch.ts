/** Batch actions, which call one operation per page of a collection, or per part of a page. */

import type { AnyCollection } from "./collection.js";
import type { BatchRequest } from "./definition.js";
import { BatchError, type BatchFailure } from "./errors.js";
import { fillIn, merge } from "./input.js";
import type { PlainObject } from "./paths.js";
import { type AnyResource, send, sourceValuesOf } from "./resource.js";

/** The members of an output that list the failed entries: of S3, SQS and Systems Manager, which lists only names. */
const FAILURE_LISTS = ["Errors", "Failed", "InvalidParameters"];

/**
 * Calls the operation once per page, or per part of it, and returns the outputs. If AWS fails some entries of a call, the
 * other calls are still made, and the error at the end lists all failures. If a call fails, the batch stops.
 */
export async function runBatch(
	collection: AnyCollection,
	name: string,
	{ operation, params, max }: BatchRequest,
	input: unknown,
	options: unknown,
): Promise<PlainObject[]> {
	const where = `${collection}.${name}()`;
	const answers: PlainObject[] = [];
	for await (const resources of callsOf(collection, max, options)) {
		const [first] = resources as [AnyResource];
		const filled: PlainObject = {};
		resources.forEach((resource, index) => {
			fillIn(params, sourceValuesOf(resource), filled, index);
		});
		const request = merge(where, filled, input, "each");
		try {
			answers.push(await send(first, operation, request, options));
		} catch (error) {
			const failures = answers.flatMap(failuresIn);
			if (failures.length === 0) throw error;
			throw new BatchError(
				`${where} stopped at a failed call, and before it ${summary(failures)}.`,
				failures,
				answers,
				error,
			);
		}
	}
	const failures = answers.flatMap(failuresIn);
	if (failures.length > 0) throw new BatchError(`${where} failed in part: ${summary(failures)}.`, failures, answers);
	return answers;
}

/** The resources of each call: a page, or several parts of one. */
async function* callsOf(collection: AnyCollection, max = Number.POSITIVE_INFINITY, options: unknown) {
	for await (const page of collection.pages(options)) {
		for (let from = 0; from < page.length; from += max) yield page.slice(from, from + max);
	}
}

function failuresIn(answer: PlainObject): BatchFailure[] {
	return FAILURE_LISTS.flatMap((list) => (answer[list] as (PlainObject | string)[] | undefined) ?? [])
		.map((entry) => (typeof entry === "string" ? { Name: entry } : entry))
		.map((entry: PlainObject) => ({
			code: text(entry["Code"]),
			message: text(entry["Message"]),
			entry,
		}));
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The number of failures that the message names. */
const MAX_NAMED = 3;

function summary(failures: readonly BatchFailure[]): string {
	const named = failures.slice(0, MAX_NAMED).map(({ entry, code, message }) => {
		const { Key, Id, Name } = entry as { Key?: string; Id?: string; Name?: string };
		return `${Key ?? Id ?? Name ?? "an entry"} (${code ?? message ?? "no reason"})`;
	});
	const more = failures.length - named.length;
	return `AWS rejected ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}; see "failures" for all of them`;
}
