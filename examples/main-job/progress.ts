/** Shows progress: one bar on a terminal, plain lines if the output is piped. */

import { SingleBar } from "cli-progress";
import { cyan } from "./report.js";

export interface Progress {
	/** One more invocation of the run with this label is done. */
	step(label: string): void;
	stop(): void;
}

/** For runs of `each` invocations. */
export const showProgress = (labels: readonly string[], each: number): Progress =>
	process.stdout.isTTY ? bar(labels, each) : lines(each);

const column = (label: string): string => label.padEnd(28);

function bar(labels: readonly string[], each: number): Progress {
	const single = new SingleBar({
		stream: process.stdout,
		format: `  {label} ${cyan("{bar}")} {value} of {total}`,
		barsize: 28,
		barCompleteChar: "█",
		barIncompleteChar: "░",
		hideCursor: true,
		clearOnComplete: true,
	});
	single.start(labels.length * each, 0, { label: column(labels[0] ?? "") });
	return { step: (label) => single.increment(1, { label: column(label) }), stop: () => single.stop() };
}

function lines(each: number): Progress {
	const done = new Map<string, number>();
	return {
		step(label) {
			const count = (done.get(label) ?? 0) + 1;
			done.set(label, count);
			if (count === each) console.log(`  ${column(label)} ${count} of ${each}`);
		},
		stop: () => undefined,
	};
}
