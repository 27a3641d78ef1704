/** awsScope() for Fastify under load. A process of its own: it has an AWS of its own. */

import { awsScope } from "../../middleware/fastify.js";
import { load } from "./conformance-load.js";
import { serveFastify } from "./fastify-server.js";

load({ name: "Fastify", serve: serveFastify, awsScope });
