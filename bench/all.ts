/** Runs all benchmarks and prints tables: `npm run bench`. With `--smoke`, a short run that fails if a promised limit is exceeded. */

import { cpus } from "node:os";
import { coldStarts, showColdStarts } from "./cold-start.js";
import { fanOuts, showFanOuts } from "./fan-out.js";
import { firstCalls, showFirstCalls } from "./first-call.js";
import { firstSends, showFirstSends } from "./first-send.js";
import { imports, showImports } from "./import.js";
import { libraries, showLibraries } from "./libraries.js";
import { overheads, showOverheads } from "./overhead.js";
import { resources, showResources } from "./resources.js";
import { scopes, showScopes } from "./scope.js";
import { showSizes, sizes } from "./size.js";
import { SMOKE } from "./support/measure.js";
import { missed } from "./support/promises.js";
import { showTypeChecks } from "./type-check.js";
import { showWarmAccessor, warmAccessor } from "./warm-accessor.js";
import { showWarmRequests, warmRequests } from "./warm-request.js";

console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${process.platform}`);

const warm = warmAccessor();
showWarmAccessor(warm);
const first = firstCalls();
showFirstCalls(first);
const kept = libraries();
showLibraries(kept);
const request = warmRequests();
showWarmRequests(request);
const loading = imports();
showImports(loading);
const fanOut = await fanOuts();
showFanOuts(fanOut);
const overhead = await overheads();
showOverheads(overhead);
const resource = resources();
showResources(resource);
if (!SMOKE) {
	showColdStarts(await coldStarts());
	showFirstSends(firstSends());
	showScopes(scopes());
	showSizes(await sizes());
	await showTypeChecks();
}

const failures = missed({ warm, first, kept, request, loading, fanOut, overhead, resource });
for (const failure of failures) console.error(`Missed by far: ${failure}`);
if (SMOKE && failures.length > 0) process.exitCode = 1;
