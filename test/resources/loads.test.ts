/** Resources that AWS describes in a list of several are loaded with their own entry, or not at all. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalAws, type LocalHandler, startLocalAws } from "../../local-aws/index.js";
import { cloudwatchLogs } from "../../resources/index.js";
import { failure } from "../helpers/pool.js";

const GROUPS = ["app-2", "app-20"].map((logGroupName) => ({ logGroupName, storedBytes: 7 }));
const STREAMS = ["s-2", "s-20"].map((logStreamName) => ({ logStreamName, arn: "arn" }));

let aws: LocalAws;
let environment: Disposable;
beforeAll(async () => {
	const logs: LocalHandler = ({ headers }) => ({
		headers: { "content-type": "application/x-amz-json-1.1" },
		body: JSON.stringify(
			/Groups$/.test(headers["x-amz-target"] ?? "") ? { logGroups: GROUPS } : { logStreams: STREAMS },
		),
	});
	aws = await startLocalAws({ accounts: ["111111111111"], handlers: { logs } });
	environment = aws.useEnv();
});
afterAll(async () => {
	environment[Symbol.dispose]();
	await aws.close();
});

test("a log group and a stream whose names others begin with", async () => {
	expect(await cloudwatchLogs.LogGroup("app-2").get("storedBytes")).toBe(7);
	expect(await cloudwatchLogs.LogStream("app-2", "s-2").get("arn")).toBe("arn");
	for (const none of [cloudwatchLogs.LogGroup("app"), cloudwatchLogs.LogStream("app-2", "s")]) {
		expect(await failure(none.load())).toMatchObject({ code: "RESOURCE_NOT_FOUND" });
	}
});
