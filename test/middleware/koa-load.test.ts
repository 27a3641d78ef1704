/** awsScope() for Koa under load. A process of its own: it has an AWS of its own. */

import { awsScope } from "../../middleware/koa.js";
import { load } from "./conformance-load.js";
import { serveKoa } from "./koa-server.js";

load({ name: "Koa", serve: serveKoa, awsScope });
