/**
 * Parses the shared config and credentials files exactly like the SDK's parser, `parseIni` and `getConfigData` of
 * `@smithy/core/config`, which is asynchronous and not exported. Keeps only regions.
 */

/** The region of each section; `undefined` if it has only other settings. */
export type Regions = ReadonlyMap<string, string | undefined>;

const TYPES = ["profile", "sso-session", "services"];
const PREFIXED = /^([\w-]+)\s(["'])?([\w@+.%:/-]+)\2$/;

/** The sections of a file. `[profile a]` is named `profile.a`. */
export function regionsIn(content: string): Regions {
	const regions = new Map<string, string | undefined>();
	let section: string | undefined;
	/** A setting without a value. The indented settings that follow belong to it. */
	let group: string | undefined;
	for (const line of content.split(/\r?\n/)) {
		const text = (line.split(/(?:^|\s)[;#]/, 1)[0] as string).trim();
		const at = text.indexOf("=");
		if (text.startsWith("[") && text.endsWith("]")) {
			group = undefined;
			section = sectionOf(text.slice(1, -1));
		} else if (section && at > 0) {
			const name = text.slice(0, at).trim();
			const value = text.slice(at + 1).trim();
			if (value === "") {
				group = name;
				continue;
			}
			if (line.trimStart() === line) group = undefined;
			regions.set(section, group === undefined && name === "region" ? value : regions.get(section));
		}
	}
	return regions;
}

function sectionOf(written: string): string | undefined {
	if (/^(profile )?__proto__$/.test(written)) throw new Error("The SDK ignores such a file.");
	const [, type = "", , name] = PREFIXED.exec(written) ?? [];
	if (name === undefined) return written;
	return TYPES.includes(type) ? `${type}.${name}` : undefined;
}

/**
 * What a config file says about a profile: in `[profile a]`, and in `[default]` unless there is a `[profile default]`. The
 * SDK also takes `[sso-session a]` for a profile called `sso-session.a`; the later section wins.
 */
export function configured(regions: Regions, profile: string): string | undefined {
	const names = [`profile.${profile}`, /^(sso-session|services)\./.test(profile) ? profile : undefined];
	const section = [...regions.keys()].findLast((key) => names.includes(key));
	return regions.get(section ?? (profile === "default" ? profile : ""));
}
