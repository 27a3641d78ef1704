/** The applications of the conformance tests as users of Express write them. */

import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type NextFunction, type Request, type RequestHandler, type Response } from "express";
import multer from "multer";
import { awsScope } from "../../middleware/express.js";
import type { AnsweringRoute, App, Call, Find, Route } from "./servers.js";

const call = (request: Request): Call => ({
	header: (name) => request.get(name),
	body: request.file === undefined ? request.body : request.file.buffer.toString(),
	stream: request,
});

const scope = (spec: App["scopes"][number]): RequestHandler => {
	if ("middleware" in spec) {
		return async (request, _response, next) => {
			await spec.middleware(call(request));
			next();
		};
	}
	if ("around" in spec) return (_request, _response, next) => void spec.around(next);
	if ("answer" in spec) return (request, response) => void response.send(spec.answer(call(request)));
	return awsScope(typeof spec === "function" ? (request: Request) => (spec as Find)(call(request)) : spec);
};

const parsers: Record<NonNullable<AnsweringRoute["body"]>, RequestHandler[]> = {
	json: [express.json()],
	upload: [multer().single("file")],
	stream: [],
};

function router(routes: readonly Route[]): express.Router {
	const made = express.Router();
	for (const route of routes) {
		if ("raw" in route) {
			made.all(route.path, (request, response) => route.raw(call(request), response));
			continue;
		}
		const { path, body, handle } = route;
		made.all(path, ...(body === undefined ? [] : parsers[body]), async (request, response) => {
			const answer = await handle(call(request));
			if (typeof answer === "string") response.send(answer);
			else await pipeline(Readable.from(answer), response);
		});
	}
	return made;
}

export function serveExpress({ bare = [], scopes, routes = [], mount, onError }: App): Server {
	const app = express();
	app.use(router(bare));
	for (const spec of scopes) app.use(scope(spec));
	if (mount !== undefined) app.use(mount.path, scope(mount.spec), router(mount.routes));
	app.use(router(routes));
	app.use(async (error: Error, _request: Request, response: Response, next: NextFunction) => {
		if (response.headersSent) return next(error);
		response.status(500).send(onError === undefined ? error.message : await onError(error));
	});
	return createServer(app);
}
