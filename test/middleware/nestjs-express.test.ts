/** awsScope() under NestJS over Express. */

import { awsScope } from "../../middleware/express.js";
import { conformance } from "./conformance.js";
import { serveNestExpress } from "./nestjs-server.js";

conformance({ name: "NestJS over Express", serve: serveNestExpress, awsScope });
