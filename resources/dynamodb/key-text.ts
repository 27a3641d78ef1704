/** Converts keys to strings that are equal if DynamoDB treats the keys as equal. */

/** Returns a key as a string, or `undefined` if the value can't be a key. */
export function keyText(value: unknown): string | undefined {
	if (typeof value === "string") return JSON.stringify(value);
	if (typeof value === "number" || typeof value === "bigint") return decimal(String(value));
	if (value instanceof ArrayBuffer) return bytes(Buffer.from(value));
	if (ArrayBuffer.isView(value)) return bytes(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
	// The SDK's NumberValue, for numbers with more digits than a JavaScript number.
	const digits = (value as { readonly value?: unknown } | null | undefined)?.value;
	return typeof digits === "string" ? decimal(digits) : undefined;
}

const bytes = (value: Buffer): string => `b${value.toString("base64")}`;

/** Normalizes a number: `10`, `10.0` and `1e1` become `1e1`. */
function decimal(text: string): string | undefined {
	const [, sign, whole = "", fraction = "", power = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
	const digits = `${whole}${fraction}`;
	if (digits === "") return undefined;
	const short = digits.replace(/0+$/, "");
	const exponent = Number(power) - fraction.length + digits.length - short.length;
	const plain = short.replace(/^0+/, "");
	return plain === "" ? "0e0" : `${sign === "-" ? "-" : ""}${plain}e${exponent}`;
}
