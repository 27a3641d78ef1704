/**
 * `npm run resources`: writes `resources/definitions`, `resources/types` and `docs/resources` from boto3's facts about
 * resources, which it fetches from PyPI once. With `--check` it writes nothing and fails where a file is not what it would write.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServiceDefinition } from "../resources/definition.js";
import { ROOT } from "./entries.js";
import { findPython } from "./moto.python.js";
import type { BotoModel, BotoPaginators, Facts } from "./resources/boto.js";
import { correct } from "./resources/corrections.js";
import { definitionsOf } from "./resources/definitions.js";
import { OWN_SERVICES, type OwnService, ownDefinitionsOf } from "./resources/own.js";
import { pageOf, pageText } from "./resources/pages.js";
import { type SdkService, typesOf } from "./resources/types.js";
import { type BotoService, botoServices, fetchWheels, newestModel, readFacts } from "./resources/wheels.js";
import { definitionText, head } from "./resources/write.js";

/** The SDK's names of boto3's services, where they are not boto3's in capitals. */
const CLASSES: Readonly<Record<string, string>> = {
	cloudformation: "CloudFormation",
	cloudwatch: "CloudWatch",
	dynamodb: "DynamoDB",
	glacier: "Glacier",
};

/** Where the resources are that boto3 has none of. */
const OWN = "scripts/resources/own.ts";

function factsOf(service: BotoService): Facts {
	return {
		resources: correct(service.name, readFacts("boto3", service, "resources-1.json")),
		model: readFacts("botocore", service, "service-2.json"),
		paginators: readFacts("botocore", service, "paginators-1.json"),
		waiters: readFacts("botocore", service, "waiters-2.json", { waiters: {} }),
	};
}

function filesOf(service: BotoService): [path: string, text: string][] {
	const { name, version } = service;
	const facts = factsOf(service);
	const sdk = { packageName: `@aws-sdk/client-${name}`, className: CLASSES[name] ?? name.toUpperCase() };
	return filesFor(definitionsOf(name, facts), facts, sdk, `${name}/${version}/resources-1.json`);
}

function ownFilesOf(own: OwnService): [path: string, text: string][] {
	const service = newestModel(own.model);
	const model = readFacts<BotoModel>("botocore", service, "service-2.json");
	const paginators = readFacts<BotoPaginators>("botocore", service, "paginators-1.json");
	const shapes = Object.entries(own.resources).map(([name, { shape }]) => [name, shape === undefined ? {} : { shape }]);
	const resources = { service: {}, resources: Object.fromEntries(shapes) as Facts["resources"]["resources"] };
	const facts: Facts = { resources, model, paginators, waiters: { waiters: {} } };
	return filesFor(ownDefinitionsOf(own, model, paginators), facts, own, OWN);
}

function filesFor(
	definition: ServiceDefinition,
	facts: Facts,
	sdk: SdkService,
	source: string,
): [path: string, text: string][] {
	const { service } = definition;
	const file = pageOf(service);
	const plain = ["// biome-ignore-all format: generated"];
	const types = [
		...plain,
		"// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed",
		"// biome-ignore-all lint/suspicious/noShadowRestrictedNames: the types are called as boto3 calls them",
		"// biome-ignore-all assist/source/organizeImports: generated",
	];
	return [
		[
			`resources/definitions/${file}.ts`,
			head([source, "service-2.json", "paginators-1.json", "waiters-2.json"], plain) +
				definitionText(`${service}Definition`, definition),
		],
		[
			`resources/types/${file}.ts`,
			`${head([source, "service-2.json"], types)}${typesOf(definition, facts, sdk).join("\n")}\n`,
		],
		[`docs/resources/${file}.md`, pageText(definition, facts, sdk, source === OWN)],
	];
}

const check = process.argv.includes("--check");
if (check && findPython() === undefined) {
	console.log("Skipped, because there is no Python with pip to fetch boto3's facts with.");
	process.exit();
}
fetchWheels();
const files = [...botoServices().flatMap(filesOf), ...OWN_SERVICES.flatMap(ownFilesOf)];
if (check) {
	const old = files.filter(([path, text]) => !existsSync(ROOT + path) || readFileSync(ROOT + path, "utf8") !== text);
	for (const [path] of old) console.error(`${path} is not what boto3's facts say; run npm run resources.`);
	console.log(`Checked ${files.length} generated files: ${old.length} problems.`);
	process.exitCode = old.length === 0 ? 0 : 1;
} else {
	for (const folder of ["resources/definitions", "resources/types", "docs/resources"])
		mkdirSync(ROOT + folder, { recursive: true });
	for (const [path, text] of files) writeFileSync(ROOT + path, text);
	console.log(`Wrote ${files.length} files.`);
}
