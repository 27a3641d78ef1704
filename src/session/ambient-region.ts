/** Finds the environment's region as the SDK does, but synchronously, because cache keys need it. */

import { slot } from "../home/home.js";
import { configured, type Regions, regionsIn } from "./shared-files.js";

const { readFileSync } = process.getBuiltinModule("node:fs");
const { join, sep } = process.getBuiltinModule("node:path");

const files = slot("shared-files", () => new Map<string, Regions>());

/**
 * `AWS_REGION`, or the profile's region in the shared files, where the credentials file takes precedence. If `undefined`,
 * the SDK decides: it may ask the instance, and it rejects an empty `AWS_REGION`.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 */
export function ambientRegion(profile = process.env["AWS_PROFILE"] || "default"): string | undefined {
	const { AWS_REGION } = process.env;
	return AWS_REGION === undefined ? profileRegion(profile) : AWS_REGION || undefined;
}

/** A profile's region, unless the environment sets one, which takes precedence as in the SDK. */
export const sessionRegion = (profile: string): string | undefined =>
	process.env["AWS_REGION"] === undefined ? profileRegion(profile) : undefined;

function profileRegion(profile: string): string | undefined {
	const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
	return (
		read(AWS_SHARED_CREDENTIALS_FILE || "~/.aws/credentials").get(profile) ??
		configured(read(AWS_CONFIG_FILE || "~/.aws/config"), profile)
	);
}

/** Read once per process, as by the SDK. */
function read(name: string): Regions {
	const path = name.startsWith("~/") ? join(home(), name.slice(2)) : name;
	const known = files().get(path);
	if (known !== undefined) return known;
	let regions: Regions = new Map();
	try {
		regions = regionsIn(readFileSync(path, "utf8"));
	} catch {
		// Lambda and containers usually have no such file.
	}
	files().set(path, regions);
	return regions;
}

function home(): string {
	const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = `C:${sep}` } = process.env;
	return HOME || USERPROFILE || (HOMEPATH ? `${HOMEDRIVE}${HOMEPATH}` : process.getBuiltinModule("node:os").homedir());
}
