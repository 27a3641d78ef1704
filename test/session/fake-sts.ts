/** An STS that says whatever a test wants it to, for answers that no sound server gives. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What it answers next; members replace those of a good answer, `null` leaves one out. */
export interface StsSays {
	readonly AccessKeyId?: string | null;
	readonly SecretAccessKey?: string | null;
	readonly SessionToken?: string | null;
	readonly Expiration?: string | null;
	readonly Arn?: string | null;
	/** The Date header. */
	readonly date?: Date;
}

export interface FakeSts extends AsyncDisposable {
	readonly endpoint: string;
	says: StsSays;
	calls: number;
	/** The parameters of the last call. */
	asked: Readonly<Record<string, string>>;
}

const tag = (name: string, value: string | null): string => (value === null ? "" : `<${name}>${value}</${name}>`);

/** Starts it; a good answer is for `account`, lives an hour, and has key n with secret n and token n. */
export async function startFakeSts(account: string): Promise<FakeSts> {
	const server = createServer(async (request, response) => {
		fake.asked = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()));
		fake.calls += 1;
		const n = fake.calls;
		const says = {
			AccessKeyId: `ASIAFAKE${n}`,
			SecretAccessKey: `secret-${n}`,
			SessionToken: `token-${n}`,
			Expiration: new Date(Date.now() + 3_600_000).toISOString(),
			Arn: `arn:aws:sts::${account}:assumed-role/Reader/fake`,
			...fake.says,
		};
		const credentials = (["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] as const).map((name) =>
			tag(name, says[name]),
		);
		response.setHeader("date", (fake.says.date ?? new Date()).toUTCString());
		response.setHeader("content-type", "text/xml");
		response.end(
			`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>${tag("Arn", says.Arn)}<AssumedRoleId>A:fake</AssumedRoleId></AssumedRoleUser><Credentials>${credentials.join("")}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, "127.0.0.1", resolve);
	});
	const fake: FakeSts = {
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		says: {},
		calls: 0,
		asked: {},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return fake;
}
