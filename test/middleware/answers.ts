/** Ways to answer by Node's own response, each of which asks for its pages from where Node calls it back. */

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { Readable, Writable } from "node:stream";
import { ReadableStream } from "node:stream/web";

/** What a page is made of; asked for wherever Node calls back. */
export type Step = () => Promise<string>;
/** Answers with pages; the promise is kept when it has asked for everything. */
export type Way = (response: ServerResponse, step: Step) => Promise<unknown>;

const PAGES = 3;

async function* pages(step: Step): AsyncGenerator<string> {
	for (let count = 0; count < PAGES; count += 1) yield step();
}

/** As written by hand: what the reader asks for is made then. */
function webStream(step: Step): ReadableStream<string> {
	let left = PAGES;
	return new ReadableStream({
		async pull(controller) {
			if (left === 0) controller.close();
			else controller.enqueue(await step());
			left -= 1;
		},
	});
}

/** Calls back once, and lasts until what was called back is done. */
const called = (start: (callback: () => void) => unknown, step: Step): Promise<unknown> =>
	new Promise((resolve) => start(() => resolve(step())));

export const ways: Readonly<Record<string, Way>> = {
	"callbacks of write()": (response, step) =>
		new Promise<void>((resolve) => {
			let left = PAGES;
			const next = async (): Promise<void> => {
				left -= 1;
				if (left < 0) response.end(resolve);
				else response.write(await step(), next);
			};
			void next();
		}),
	async "the callback of end()"(response, step) {
		const page = await step();
		await called((callback) => response.end(page, callback), step);
	},
	async "the callback of end() after pieces"(response, step) {
		response.write(await step());
		await called((callback) => response.end(callback), step);
	},
	async "finish and close"(response, step) {
		const ended = ["finish", "close"].map((event) => called((callback) => response.on(event, callback), step));
		response.end(await step());
		await Promise.all(ended);
	},
	drain: (response, step) =>
		new Promise<void>((resolve) => {
			let left = PAGES;
			const more = async (): Promise<void> => {
				for (; left > 0; left -= 1) {
					if (response.write(await step())) continue;
					left -= 1;
					response.once("drain", more);
					return;
				}
				response.end(resolve);
			};
			void more();
		}),
	"pipe()": (response, step) => once(Readable.from(pages(step)).pipe(response), "finish"),
	"pipe() of Node's own stream": (response, step) => {
		let left = PAGES;
		const source = new Readable({
			highWaterMark: 1,
			read() {
				left -= 1;
				if (left < 0) source.push(null);
				else void step().then((page) => source.push(page));
			},
		});
		return once(source.pipe(response), "finish");
	},
	async "a generator"(response, step) {
		for await (const page of pages(step)) await new Promise((resolve) => response.write(page, resolve));
		await new Promise<void>((resolve) => response.end(resolve));
	},
	async "a web stream by pipeTo()"(response, step) {
		await webStream(step).pipeTo(Writable.toWeb(response));
	},
	"a web stream by pipe()": (response, step) => once(Readable.fromWeb(webStream(step)).pipe(response), "finish"),
	async "a corked response"(response, step) {
		response.flushHeaders();
		response.cork();
		const page = await step();
		const written = called((callback) => response.write(page, callback), step);
		response.uncork();
		await written;
		await new Promise<void>((resolve) => response.end(resolve));
	},
	async "early hints"(response, step) {
		const page = await step();
		await called((callback) => response.writeEarlyHints({ link: "</a.css>; rel=preload" }, callback), step);
		await new Promise<void>((resolve) => response.end(page, resolve));
	},
};
