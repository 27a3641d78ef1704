/** awsScope() under NestJS under load. A process of its own: it has an AWS of its own. */

import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import { load } from "./conformance-load.js";
import { serveNestExpress, serveNestFastify } from "./nestjs-server.js";

load({ name: "NestJS over Express", serve: serveNestExpress, awsScope: forExpress });
load({ name: "NestJS over Fastify", serve: serveNestFastify, awsScope: forFastify });
