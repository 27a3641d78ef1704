/** NestJS over Express: each request runs in its tenant's account. */

import { NestFactory } from "@nestjs/core";
import { awsScope } from "aws-scope/express";
import { OrdersModule, tenantOf } from "./nestjs.js";

export const app = await NestFactory.create(OrdersModule);
app.use(awsScope(({ headers }) => tenantOf(headers["x-api-key"])));
