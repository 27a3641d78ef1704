/** NestJS over Fastify: each request runs in its tenant's account. */

import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { awsScope } from "aws-scope/fastify";
import { OrdersModule, tenantOf } from "./nestjs.js";

export const app = await NestFactory.create<NestFastifyApplication>(OrdersModule, new FastifyAdapter());
await app.register(awsScope(({ headers }) => tenantOf(headers["x-api-key"])));
