/** awsScope() for Hono under load. A process of its own: it has an AWS of its own. */

import { awsScope } from "../../middleware/hono.js";
import { load } from "./conformance-load.js";
import { serveHono } from "./hono-server.js";

load({ name: "Hono", serve: serveHono, awsScope });
