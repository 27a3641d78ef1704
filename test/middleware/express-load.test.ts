/** awsScope() for Express under load. A process of its own: it has an AWS of its own. */

import { awsScope } from "../../middleware/express.js";
import { load } from "./conformance-load.js";
import { serveExpress } from "./express-server.js";

load({ name: "Express", serve: serveExpress, awsScope });
