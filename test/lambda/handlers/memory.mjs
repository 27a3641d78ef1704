/** The memory of a worker, as it tells of it. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes: of the whole process, and of this thread's heap after a collection. */
export function memory() {
	setFlagsFromString("--expose-gc");
	runInNewContext("gc")();
	return { rss: process.memoryUsage.rss(), heapUsed: process.memoryUsage().heapUsed };
}
