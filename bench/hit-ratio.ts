/**
 * Hit ratios of the three policies on simulated traces, compared with independent simulations of the policies:
 * `npm run bench:hit-ratio`. Seeded, so that it prints the same figures everywhere.
 */

import Table from "cli-table3";
import { type CachePolicy, ClientCache } from "../src/index.js";
import { fakeClient, key } from "../test/cache/clients.js";
import { type Reference, reference } from "../test/cache/references.js";
import { prng } from "../test/helpers/prng.js";

const REQUESTS = Number(process.env["REQUESTS"] ?? 100_000);
const KEYS = 2_000;
const POLICIES = ["lru", "lfu", "sieve"] as const;

/** Draws ranks 0 … count-1, the n-th with a weight of 1 / n^skew. */
function zipf(count: number, skew: number, random: () => number): () => number {
	const sums = new Float64Array(count);
	let sum = 0;
	for (let rank = 0; rank < count; rank += 1) {
		sum += 1 / (rank + 1) ** skew;
		sums[rank] = sum;
	}
	return () => {
		const drawn = random() * sum;
		let low = 0;
		let high = count - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((sums[middle] as number) < drawn) low = middle + 1;
			else high = middle;
		}
		return low;
	};
}

type Trace = (seed: number) => Generator<number>;

/** Some tenants are much busier than others, and always the same ones. */
const skewed: Trace = function* (seed) {
	const next = zipf(KEYS, 0.8, prng(seed));
	for (let at = 0; at < REQUESTS; at += 1) yield next();
};

/** The same skew, but the busy tenants change ten times. */
const shifting: Trace = function* (seed) {
	const next = zipf(KEYS, 0.8, prng(seed));
	for (let at = 0; at < REQUESTS; at += 1) yield (next() + Math.floor((at * 10) / REQUESTS) * 200) % KEYS;
};

/** The same skew, and twenty times a job visits every tenant once. */
const scanned: Trace = function* (seed) {
	const next = zipf(KEYS, 0.8, prng(seed));
	const every = Math.floor(REQUESTS / 20);
	for (let at = 0; at < REQUESTS; at += 1) {
		const since = at % every;
		yield at > every && since < KEYS / 2 ? (at % 2 === 0 ? since : next()) : next();
	}
};

const TRACES = { "Zipf 0.8": skewed, "hot set shifts": shifting, "Zipf 0.8 with scans": scanned };

function ofCache(policy: CachePolicy, size: number, trace: Generator<number>): number {
	const cache = new ClientCache({ policy, maxSize: size });
	let hits = 0;
	for (const index of trace) {
		const asked = key(index);
		if (cache.get(asked) === undefined) cache.set(asked, fakeClient());
		else hits += 1;
	}
	return hits / REQUESTS;
}

function ofReference(model: Reference, trace: Generator<number>): number {
	let hits = 0;
	for (const index of trace) {
		const asked = key(index);
		if (model.has(asked)) {
			hits += 1;
			model.use(asked);
		} else {
			model.add(asked);
		}
	}
	return hits / REQUESTS;
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;
const table = new Table({
	head: ["trace", "places", "policy", "aws-scope", "simulation", "difference"],
	style: { compact: true, head: [], border: [] },
});
let worst = 0;
let agingHelps = true;
for (const [name, trace] of Object.entries(TRACES)) {
	for (const size of [50, 200]) {
		for (const policy of POLICIES) {
			const own = ofCache(policy, size, trace(1));
			const simulated = ofReference(reference(policy, size), trace(1));
			worst = Math.max(worst, Math.abs(own - simulated));
			table.push([name, size, policy, percent(own), percent(simulated), percent(own - simulated)]);
			if (policy !== "lfu") continue;
			const plain = ofReference(reference("plain lfu", size), trace(1));
			table.push([name, size, "lfu without aging", "", percent(plain), ""]);
			if (trace === shifting && plain >= own) agingHelps = false;
		}
	}
}
console.log(table.toString());
console.log(`${REQUESTS} requests for ${KEYS} keys; largest difference from a simulation: ${percent(worst)}.`);
if (worst > 0.01) throw new Error("A policy differs from its simulation by more than 1 %.");
if (!agingHelps) throw new Error("LFU with aging is not better than LFU without it on the shifting trace.");
