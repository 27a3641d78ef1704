import { kms } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const alias = (): string => `alias/a${next()}`;
const bytes = Buffer.from("hello");
const signing = () => kms().createKey({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });

export const plan = (): Plan => ({
	samples: {
		"": () => kms(),
		Key: () => kms().createKey(),
		"Key.sign": signing,
		"Key.verify": signing,
		Alias: async () => (await kms().createKey()).createAlias({ AliasName: alias() }),
	},
	inputs: {
		"Key.getPolicy": { PolicyName: "default" },
		"Key.encrypt": { Plaintext: bytes },
		"Key.decrypt": async (key: { encrypt(input: object): Promise<{ CiphertextBlob?: Uint8Array }> }) => ({
			CiphertextBlob: (await key.encrypt({ Plaintext: bytes })).CiphertextBlob,
		}),
		"Key.generateDataKey": { KeySpec: "AES_256" },
		"Key.putPolicy": { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }), PolicyName: "default" },
		"Key.scheduleDeletion": { PendingWindowInDays: 7 },
		"Key.updateDescription": { Description: "d" },
		"Key.createAlias": () => ({ AliasName: alias() }),
		"Key.sign": { Message: bytes, SigningAlgorithm: "RSASSA_PSS_SHA_256" },
		"Key.verify": async (key: { sign(input: object): Promise<{ Signature?: Uint8Array }> }) => {
			const asked = { Message: bytes, SigningAlgorithm: "RSASSA_PSS_SHA_256" };
			return { ...asked, Signature: (await key.sign(asked)).Signature };
		},
		"Alias.update": async () => ({ TargetKeyId: (await signing()).id }),
	},
	before: {
		"Key.getPolicy": (key: { putPolicy(input: object): unknown }) =>
			key.putPolicy({ Policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }), PolicyName: "default" }),
		"Key.cancelDeletion": (key: { scheduleDeletion(): unknown }) => key.scheduleDeletion(),
	} as Plan["before"] & object,
});
