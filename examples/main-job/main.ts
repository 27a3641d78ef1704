/** `npm start`: one Lambda handler serves five tenants at once, each in its own AWS account, on this machine. */

import { parseArgs } from "node:util";
import { close, stats } from "aws-scope";
import { buggyHandler, buggyHandlerByHand } from "./classic-bug.js";
import { handler } from "./handler.js";
import { invokeAll, makeOrders } from "./invoke.js";
import { LocalAccounts } from "./local-aws.js";
import { inTurns, type Plan } from "./measure.js";
import { showProgress } from "./progress.js";
import { bold, bugTable, costTable, green, red, tenantTable } from "./report.js";
import { tenants } from "./tenants.js";
import { builtByHand, usualHandler } from "./usual-way.js";
import { brokenPromises, type Runs } from "./verdict.js";

// Hides the SDK's notice about the end of Node 20 support, which would only distract here.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const { values } = parseArgs({
	options: {
		invocations: { type: "string", default: "600" },
		"at-once": { type: "string", default: "60" },
	},
});
const invocations = wholeNumber("--invocations", values.invocations);
const atOnce = Math.min(invocations, wholeNumber("--at-once", values["at-once"]));

console.log(`
${bold("One Lambda handler, many AWS accounts")}

${invocations} orders of ${tenants.length} tenants go through one Lambda handler, ${atOnce} at a time,
and each must be saved to and read from its own tenant's AWS account.

The accounts are a local AWS inside this program. It speaks real HTTP and
verifies every signature. Nothing leaves this machine.
`);

const accounts = await LocalAccounts.start();
await warmUp();
const scopedPlan = { clientsBuilt: () => stats().clientsBuilt };
const byHandPlan = { clientsBuilt: () => builtByHand.clients };
const plans = [
	{ ...scopedPlan, label: "With aws-scope", handler },
	{ ...byHandPlan, label: "The usual way", handler: usualHandler },
	{ ...scopedPlan, label: "Classic bug, with aws-scope", handler: buggyHandler },
	{ ...byHandPlan, label: "Classic bug, by hand", handler: buggyHandlerByHand },
] as const satisfies readonly Plan[];
const progress = showProgress(
	plans.map(({ label }) => label),
	invocations,
);
const load = { accounts, orders: makeOrders(invocations), atOnce, progress };
const [scopedHandler, usual, bug, bugByHand] = plans;
const [scopedRun, usualRun] = await inTurns(load, [scopedHandler, usual] as const);
const [buggyRun, buggyByHandRun] = await inTurns(load, [bug, bugByHand] as const);
const runs: Runs = { scoped: scopedRun, usual: usualRun, buggy: buggyRun, buggyByHand: buggyByHandRun };
progress.stop();
await close();
await accounts.stop();

console.log(`
${bold("With aws-scope, by tenant, as seen by the server")}
${tenantTable(runs.scoped)}

${bold("The usual way: a new client and fromTemporaryCredentials() each time")}
Both were warm and took turns. The times are medians of ${Math.ceil(invocations / atOnce)} rounds, ${atOnce} at a time.
${costTable(runs)}

${bold("The classic bug: a module variable keeps the first tenant's client")}
${bugTable(runs)}
`);

const broken = brokenPromises(runs, load);
if (broken.length === 0) {
	const { scoped, usual, buggy, buggyByHand } = runs;
	const closing = `Each of the ${scoped.requests} requests was signed for its own tenant, with
${scoped.assumeRoleCalls} AssumeRole calls instead of ${usual.assumeRoleCalls}. The classic bug was stopped ${buggy.refused} times.
By hand, it sent ${buggyByHand.wrong} requests to the wrong account without any error.
`;
	console.log(green(closing));
} else {
	console.error(red(`The promise is broken:\n${broken.map((sentence) => `- ${sentence}`).join("\n")}\n`));
	process.exitCode = 1;
}

/** Runs both ways briefly first, so that neither pays for loading code. Then everything warm is discarded. */
async function warmUp(): Promise<void> {
	for (const each of [handler, usualHandler]) await invokeAll(each, makeOrders(atOnce), atOnce);
	await close();
	await accounts.report();
}

function wholeNumber(option: string, text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) {
		console.error(`${option} takes a positive integer, not "${text}".`);
		process.exit(2);
	}
	return value;
}
