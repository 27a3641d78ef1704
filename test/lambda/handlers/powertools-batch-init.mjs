/** A processor that is made when the function is loaded, as Powertools' own documentation has it. */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";

const processor = new BatchProcessor(EventType.SQS);

export const handler = (event, context) => processPartialResponse(event, async () => undefined, processor, { context });
