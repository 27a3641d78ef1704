/** What a function leaves unfinished goes on with its next invocation, as the tenant it was started for. */

import { expect, test } from "vitest";
import { EXTERNAL_ID, startTenants, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { deploy, start } from "./function.js";

const A = tenant(0);
const B = tenant(1);

const text = (body: Uint8Array): string => Buffer.from(body).toString();

test.each([false, true])(
	"work of one invocation that ends during the next one keeps its identity (process frozen in between: %s)",
	async (freeze) => {
		const next = gate();
		await using all = await startTenants({
			tenants: 2,
			before: ({ body }) => {
				if (text(body).includes('"held"')) return next.opened;
				next.open();
				return undefined;
			},
		});
		using deployment = deploy();
		await using running = await start({
			deployment,
			aws: all.aws,
			handler: "background.handler",
			env: { EXTERNAL_ID },
			freeze,
		});
		expect(await running.invoke({ tenant: A, leave: true })).toMatchObject({ body: '"left"' });
		await running.api.idle();
		const { kind, body } = await running.invoke({ tenant: B });
		expect(kind, body).toBe("response");
		const ofA = { answered: A, scope: A };
		expect(JSON.parse(body)).toEqual({
			own: B,
			scope: B,
			finished: {
				promise: ofA,
				timer: ofA,
				immediate: ofA,
				interval: ofA,
				requestUnderWay: ofA,
				olderClient: ofA,
				firstOfItsService: ofA,
			},
		});
		expect(all.wrong()).toEqual([]);
		// Nobody but A has ended what A left behind, and STS was asked once for each tenant.
		expect(all.seen.filter(({ account }) => account === A)).toHaveLength(8);
		expect(all.seen.filter(({ account }) => account === B)).toHaveLength(1);
		expect(all.aws.stats().assumeRole.total).toBe(2);
		expect(running.freezes() > 0).toBe(freeze);
	},
);
