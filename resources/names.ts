/** The names of attributes: boto3's names in camelCase. */

const converted = new Map<string, string>();

/** Converts AWS's names as boto3 does, with a capital in place of `_`: `PublicIpAddress` → `publicIpAddress`, `VPCId` → `vpcId`, `ETag` → `eTag`. */
export function camelCase(name: string): string {
	let result = converted.get(name);
	if (result === undefined) {
		result = name
			.replace(/[A-Z]{2,}s$/, (plural) => `_${plural.toLowerCase()}`)
			.replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
			.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
			.toLowerCase()
			.replace(/^_+/, "")
			.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
		converted.set(name, result);
	}
	return result;
}

/** Parses the attributes of a definition into pairs of the property's name and AWS's name. */
export function attributesOf(attributes = ""): [name: string, member: string][] {
	return attributes
		.split(" ")
		.filter((word) => word !== "")
		.map((word) => {
			const [name = "", member] = word.split("=");
			return member === undefined ? [camelCase(name), name] : [name, member];
		});
}
