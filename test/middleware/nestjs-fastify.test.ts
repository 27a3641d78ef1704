/** awsScope() under NestJS over Fastify. */

import { awsScope } from "../../middleware/fastify.js";
import { conformance } from "./conformance.js";
import { serveNestFastify } from "./nestjs-server.js";

conformance({ name: "NestJS over Fastify", serve: serveNestFastify, awsScope });
