/** A middleware can ask whether the scope around it waits for an identity. */

import { afterEach, expect, test } from "vitest";
import {
	awaitsIdentity,
	bindAwsScope,
	configure,
	defaultSession,
	runInAwsScope,
	session,
	stats,
	withAwsScope,
} from "../../src/index.js";
import { resetAwsScope } from "../../src/testing/index.js";

afterEach(() => resetAwsScope());

const tenant = () => session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });

test("a scope waits for its identity until it is bound, also for work that was started before", async () => {
	await runInAwsScope({ bindLater: true }, async () => {
		const told: boolean[] = [];
		let bound = (): void => undefined;
		const early = new Promise<void>((resolve) => {
			bound = resolve;
		}).then(() => told.push(awaitsIdentity()));
		told.push(awaitsIdentity());
		await Promise.resolve();
		told.push(awaitsIdentity());
		bindAwsScope(tenant());
		told.push(awaitsIdentity());
		bound();
		await early;
		expect(told).toEqual([true, true, false, false]);
	});
	expect(await withAwsScope(async () => awaitsIdentity(), { bindLater: true })()).toBe(true);
});

test("a scope inside one that waits waits only if it says so itself", () => {
	runInAwsScope({ bindLater: true }, () => {
		expect(runInAwsScope(tenant(), awaitsIdentity)).toBe(false);
		expect(runInAwsScope({ bindLater: true }, awaitsIdentity)).toBe(true);
	});
	expect(runInAwsScope(tenant(), () => runInAwsScope({ bindLater: true }, awaitsIdentity))).toBe(true);
});

test("no other scope waits for an identity", () => {
	expect(runInAwsScope(defaultSession(), awaitsIdentity)).toBe(false);
	expect(runInAwsScope({ region: "eu-west-1" }, awaitsIdentity)).toBe(false);
	expect(runInAwsScope(tenant(), () => runInAwsScope({}, awaitsIdentity))).toBe(false);
});

test("outside every scope the answer is no and never an error, whatever the process does", () => {
	expect(awaitsIdentity()).toBe(false);
	runInAwsScope(tenant(), () => undefined);
	configure({ requireScope: true });
	expect(awaitsIdentity()).toBe(false);
	expect(stats().refusals).toBe(0);
});
