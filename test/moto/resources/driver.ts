/** Runs every load, action, collection and waiter of a service once against moto, and says what moto made of it. */

import type { ResourceDefinition, ServiceDefinition } from "../../../resources/definition.js";
import { attributesOf } from "../../../resources/names.js";

/** One thing of a resource, as it was tried. */
export interface Outcome {
	/** `Instance.stop()`, `Vpc.subnets`, `Bucket.load()`. */
	readonly what: string;
	/** `done`; what moto has not; what it refused; what boto3 itself has no way to; or a mistake of ours. */
	readonly result: "done" | "moto has not" | "moto refused" | "in no collection" | "wrong";
	readonly why?: string;
}

type Any = Record<string, (...args: unknown[]) => unknown>;

/** How the driver gets at resources and what actions need; the service itself has the name "". */
export interface Plan {
	/** A fresh resource of each type, or for one member of it (`Key.sign`). */
	readonly samples: Readonly<Record<string, () => unknown>>;
	/** The input of actions that need one. */
	readonly inputs?: Readonly<Record<string, unknown>>;
	/** What must have been done before an action or a waiter. */
	readonly before?: Readonly<Record<string, (resource: never) => unknown>>;
}

const numbers = { last: 0 };

/** A number for a name that nothing has yet. */
export function next(): number {
	numbers.last += 1;
	return numbers.last;
}

/** Tries everything. */
export async function tryAll(
	definition: ServiceDefinition,
	{ samples, inputs = {}, before = {} }: Plan,
): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	const attempt = async (type: string, member: string, run: (resource: Any) => unknown): Promise<void> => {
		const what = `${type === "" ? definition.service : type}.${member}`;
		try {
			const resource = (await (samples[`${type}.${member}`] ?? samples[type])?.()) as Any | undefined;
			if (resource === undefined) throw new Error(`There is no sample of ${type}.`);
			await before[`${type}.${member}`]?.(resource as never);
			await run(resource);
			outcomes.push({ what, result: "done" });
		} catch (error) {
			outcomes.push({ what, ...judge(error as Error) });
		}
	};
	const types: [string, ResourceDefinition][] = [["", definition.root], ...Object.entries(definition.resources)];
	for (const [type, { load, actions = {}, collections = {}, waiters = {}, attributes = "" }] of types) {
		if (load !== undefined) await attempt(type, "load", (resource) => resource["load"]?.());
		if (load !== undefined && attributes !== "") {
			const [[first] = []] = attributesOf(attributes);
			await attempt(type, "get", (resource) => resource["get"]?.(first));
		}
		for (const name of Object.keys(actions)) {
			await attempt(type, name, async (resource) => {
				const input = inputs[`${type}.${name}`];
				const given: unknown = typeof input === "function" ? await input(resource) : input;
				return resource[name]?.(...(given === undefined ? [] : [given]));
			});
		}
		for (const name of Object.keys(collections)) {
			await attempt(type, name, (resource) => {
				const list = resource[name] as unknown as { filter(input: unknown): { toArray(): unknown } };
				return list.filter(inputs[`${type}.${name}`] ?? {}).toArray();
			});
		}
		for (const name of Object.keys(waiters))
			await attempt(type, name, (resource) => resource[name]?.({ minDelay: 1, maxWaitTime: 4 }));
	}
	// Last, because they act on everything that there is.
	for (const [type, { batch = {} }] of types) {
		for (const name of Object.keys(batch)) {
			const [owner, collection] = collectionOf(type, types);
			if (owner === undefined || collection === undefined) {
				outcomes.push({ what: `${type}[].${name}`, result: "in no collection" });
				continue;
			}
			await attempt(owner, `${collection}.${name}`, (resource) => {
				const list = resource[collection] as unknown as Any;
				return list[name]?.(inputs[`${type}[].${name}`]);
			});
		}
	}
	return outcomes;
}

/** A collection with resources of this type. */
function collectionOf(
	type: string,
	types: readonly [string, ResourceDefinition][],
): [owner?: string, collection?: string] {
	for (const [owner, { collections = {} }] of types) {
		for (const [name, { returns }] of Object.entries(collections)) if (returns.type === type) return [owner, name];
	}
	return [];
}

function judge(error: Error): Pick<Outcome, "result" | "why"> {
	const { $metadata: metadata, $response } = error as {
		$metadata?: { httpStatusCode?: number };
		$response?: unknown;
	} & Error;
	const why = `${error.name}: ${error.message.split("\n")[0]?.slice(0, 160)}`;
	// It has no hosts of its own, such as `sync-states`.
	if (/getaddrinfo/.test(error.message)) return { result: "moto has not", why };
	if (metadata?.httpStatusCode === undefined && $response === undefined) return { result: "wrong", why };
	// What moto has not is a page in HTML, or an error of its own.
	const missing =
		(metadata?.httpStatusCode ?? 0) >= 500 || /<!doctype|<html>|not (yet )?(been )?implemented/i.test(error.message);
	return { result: missing ? "moto has not" : "moto refused", why };
}
