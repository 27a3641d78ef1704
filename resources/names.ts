/** The names of attributes: boto3's, in camelCase. */

const known = new Map<string, string>();

/** `PublicIpAddress` → `publicIpAddress`, `VPCId` → `vpcId`, `ETag` → `eTag`: where boto3 writes `_`, a capital stands. */
export function camelCase(name: string): string {
	let made = known.get(name);
	if (made === undefined) {
		made = name
			.replace(/[A-Z]{2,}s$/, (plural) => `_${plural.toLowerCase()}`)
			.replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
			.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
			.toLowerCase()
			.replace(/^_+/, "")
			.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
		known.set(name, made);
	}
	return made;
}

/** The attributes of a definition: the name that the resource has for it, and AWS's own. */
export function attributesOf(attributes = ""): [name: string, member: string][] {
	return attributes
		.split(" ")
		.filter((word) => word !== "")
		.map((word) => {
			const [name = "", member] = word.split("=");
			return member === undefined ? [camelCase(name), name] : [name, member];
		});
}
