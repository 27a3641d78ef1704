/** The classic bug, on purpose: shared code keeps the first tenant's client in a module variable. */

import { setImmediate as turn } from "node:timers/promises";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { expect, test } from "vitest";
import { clients, errors, runInAwsScope, stats } from "../../src/index.js";
import { EXTERNAL_ID, meantFor, ROLE, startTenants } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";
import { pool } from "../helpers/pool.js";
import { prng, runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

const INVOCATIONS = scale(200, 1_000);
/** One of the 20 tenants owns the client. */
const OWNED = INVOCATIONS / 20;

test("a client kept in a module variable serves its owner and refuses every other tenant", async () => {
	await using all = await startTenants({ tenants: 20 });
	const { tenants, accounts } = all;
	const random = prng(runSeed());
	let kept: DynamoDB | undefined;
	let owner: string | undefined;
	const outcome = { served: 0, refused: 0 };
	const allInside = barrier(100);
	await pool(INVOCATIONS, 100, (index) => {
		const own = tenants[index % tenants.length] as string;
		return runInAwsScope({ account: own, accounts }, async () => {
			if (index < 100) await allInside();
			if (kept === undefined) {
				kept = clients.dynamodb();
				owner = own;
			}
			if (random() < 0.5) await turn();
			const answer = kept.listTables({ ExclusiveStartTableName: meantFor(own) });
			if (own === owner) {
				expect((await answer).TableNames).toEqual([own]);
				outcome.served += 1;
			} else {
				await expect(answer).rejects.toThrow(errors.StrayedClientError);
				outcome.refused += 1;
			}
		});
	});
	expect(outcome).toEqual({ served: OWNED, refused: INVOCATIONS - OWNED });
	expect(all.wrong()).toEqual([]);
	expect(all.seen).toHaveLength(OWNED);
	expect(stats().refusals).toBe(INVOCATIONS - OWNED);
	expect(all.aws.stats().assumeRole.total).toBe(1);
});

test("the same bug with a client made by hand signs for the wrong account", async () => {
	await using all = await startTenants({ tenants: 20 });
	let kept: DynamoDB | undefined;
	await pool(INVOCATIONS, 100, async (index) => {
		const own = all.tenants[index % all.tenants.length] as string;
		kept ??= new DynamoDB({
			credentials: fromTemporaryCredentials({
				params: { RoleArn: `arn:aws:iam::${own}:role/${ROLE}`, RoleSessionName: "by-hand", ExternalId: EXTERNAL_ID },
			}),
		});
		await turn();
		await kept.listTables({ ExclusiveStartTableName: meantFor(own) });
	});
	kept?.destroy();
	console.log(
		`The classic bug by hand: ${all.wrong().length} of ${INVOCATIONS} requests signed for the wrong account.`,
	);
	expect(all.wrong()).toHaveLength(INVOCATIONS - OWNED);
});
