/**
 * Nest 12 on Express, compared with nestjs-cls 6, which works only in Nest. Decorators are called as functions, because
 * nothing here compiles their syntax.
 */

import "reflect-metadata";
import { Controller, Get, type INestApplication, Module, Req, Res, type Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { awsScope } from "aws-scope/express";
import type { Request, Response } from "express";
import { ClsMiddleware, ClsModule, ClsServiceManager } from "nestjs-cls";
import { dispatch, header } from "./dispatch.js";
import { accounts, BY_HAND, type EntryPoint, type Invoke, ONE, one, own, scoped, stored } from "./entry-point.js";

interface Added {
	readonly use?: (made: INestApplication) => unknown;
	readonly imports?: Parameters<typeof Module>[0]["imports"];
}

async function app(answer: (request: Request) => string, { use, imports = [] }: Added = {}): Promise<Invoke> {
	class Tenants {
		answer(request: Request, response: Response): void {
			response.end(answer(request));
		}
	}
	const method = Object.getOwnPropertyDescriptor(Tenants.prototype, "answer") as PropertyDescriptor;
	Get()(Tenants.prototype, "answer", method);
	Req()(Tenants.prototype, "answer", 0);
	Res()(Tenants.prototype, "answer", 1);
	Controller()(Tenants);
	class App {}
	Module({ imports, controllers: [Tenants as Type] })(App);
	const made = await NestFactory.create(App, { logger: false, bodyParser: false });
	use?.(made);
	await made.init();
	return dispatch(made.getHttpAdapter().getInstance());
}

export const entryPoint: EntryPoint = {
	[BY_HAND]: {
		bare: () => app(header),
		added: () =>
			app(stored, {
				use: (made) =>
					made.use((request: Request, _response: Response, next: () => void) =>
						own.run({ account: header(request) }, next),
					),
			}),
	},
	"nestjs-cls, app.use(new ClsMiddleware({ setup }).use)": {
		bare: () => app(header),
		added: () =>
			app(() => ClsServiceManager.getClsService().get("account"), {
				imports: [ClsModule.forRoot()],
				use: (made) =>
					made.use(new ClsMiddleware({ setup: (cls, request: Request) => cls.set("account", header(request)) }).use),
			}),
	},
	"app.use(awsScope({ account, accounts }))": {
		bare: () => app(one),
		added: () => app(scoped, { use: (made) => made.use(awsScope({ account: ONE, accounts })) }),
		account: ONE,
	},
	"app.use(awsScope((request) => spec))": {
		bare: () => app(header),
		added: () =>
			app(scoped, { use: (made) => made.use(awsScope((request) => ({ account: header(request), accounts }))) }),
	},
};
