/** awsScope() for Koa, over its own server. */

import { awsScope } from "../../middleware/koa.js";
import { conformance } from "./conformance.js";
import { serveKoa } from "./koa-server.js";

conformance({ name: "Koa", serve: serveKoa, awsScope });
