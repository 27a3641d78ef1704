/** The region that the environment gives, found as the SDK finds it, but at once: keys need it before the first request. */

import { slot } from "../home/home.js";

const { readFileSync } = process.getBuiltinModule("node:fs");
const { homedir } = process.getBuiltinModule("node:os");
const { join } = process.getBuiltinModule("node:path");

const files = slot("shared-files", () => new Map<string, string>());

/**
 * `AWS_REGION`, else the profile's region in the shared files (the credentials file wins over the config file).
 * `undefined` leaves it to the SDK, which may ask the instance.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 */
export function ambientRegion(): string | undefined {
	const { AWS_REGION, AWS_PROFILE = "default" } = process.env;
	return AWS_REGION !== undefined && AWS_REGION !== "" ? AWS_REGION : profileRegion(AWS_PROFILE);
}

/** The region that a profile names in the shared files; the environment's comes before it, as in the SDK. */
export function sessionRegion(profile: string): string | undefined {
	const { AWS_REGION } = process.env;
	return AWS_REGION !== undefined && AWS_REGION !== "" ? undefined : profileRegion(profile);
}

function profileRegion(profile: string): string | undefined {
	const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
	const credentials = AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), ".aws", "credentials");
	const config = AWS_CONFIG_FILE ?? join(homedir(), ".aws", "config");
	return (
		regionIn(read(credentials), [profile]) ??
		regionIn(read(config), profile === "default" ? ["default", "profile default"] : [`profile ${profile}`])
	);
}

/** Read once per process, as the SDK reads them. */
function read(path: string): string {
	const known = files().get(path);
	if (known !== undefined) return known;
	let content = "";
	try {
		content = readFileSync(path, "utf8");
	} catch {
		// No such file is the usual case in Lambda and in containers.
	}
	files().set(path, content);
	return content;
}

function regionIn(content: string, sections: readonly string[]): string | undefined {
	let inside = false;
	for (const line of content.split(/\r?\n/)) {
		const section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
		if (section !== undefined) inside = sections.includes(section.replace(/\s+/g, " ").replace(/["']/g, ""));
		// An indented line belongs to the setting above it.
		const region = inside ? /^region\s*=\s*([^\s#;]+)/.exec(line)?.[1] : undefined;
		if (region !== undefined) return region;
	}
	return undefined;
}
