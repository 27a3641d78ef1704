/** NestJS: the scope is opened first, and a guard sets its identity. */

import { type CanActivate, type ExecutionContext, Injectable, Module } from "@nestjs/common";
import { APP_GUARD, NestFactory } from "@nestjs/core";
import { bindAwsScope } from "aws-scope";
import { awsScope } from "aws-scope/express";
import type { Request } from "express";
import { OrdersModule, tenantOf } from "./nestjs.js";

@Injectable()
class TenantGuard implements CanActivate {
	canActivate(context: ExecutionContext): boolean {
		const { headers } = context.switchToHttp().getRequest<Request>();
		bindAwsScope(tenantOf(headers["x-api-key"]));
		return true;
	}
}

@Module({ imports: [OrdersModule], providers: [{ provide: APP_GUARD, useClass: TenantGuard }] })
class AppModule {}

export const app = await NestFactory.create(AppModule);
app.use(awsScope({ bindLater: true }));
