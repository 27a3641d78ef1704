/** Shows progress: a bar on a terminal, plain lines if the output is piped. */

import { SingleBar } from "cli-progress";

export interface Progress {
	step(): void;
	stop(): void;
}

export const showProgress = (label: string, total: number): Progress =>
	process.stdout.isTTY ? bar(label, total) : lines(label, total);

function bar(label: string, total: number): Progress {
	const single = new SingleBar({
		stream: process.stdout,
		format: `  ${label.padEnd(28)} {bar} {value} of {total}`,
		barsize: 28,
		barCompleteChar: "█",
		barIncompleteChar: "░",
		hideCursor: true,
	});
	single.start(total, 0);
	return { step: () => single.increment(), stop: () => single.stop() };
}

function lines(label: string, total: number): Progress {
	const half = Math.ceil(total / 2);
	let done = 0;
	return {
		step() {
			done += 1;
			if (done === half || done === total) console.log(`  ${label.padEnd(28)} ${done} of ${total}`);
		},
		stop: () => undefined,
	};
}
