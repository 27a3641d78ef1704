import { glacier } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const vault = () => glacier().createVault({ vaultName: `vault-${next()}` });
const archive = async () => (await vault()).uploadArchive({ body: "hello" });
const job = async () => (await vault()).initiateInventoryRetrieval({ jobParameters: { Description: "all" } });
const upload = async () => (await vault()).initiateMultipartUpload({ partSize: "1048576" });

export const plan = (): Plan => ({
	samples: {
		"": () => glacier(),
		Account: () => glacier.Account("-"),
		Vault: vault,
		Archive: archive,
		Job: job,
		MultipartUpload: upload,
		Notification: async () => (await vault()).Notification(),
	},
	inputs: {
		".createVault": { vaultName: "one" },
		"Account.createVault": { vaultName: "two" },
		"Vault.uploadArchive": { body: "hello" },
		"Vault.initiateMultipartUpload": { partSize: "1048576" },
		"MultipartUpload.complete": { archiveSize: "5", checksum: "x" },
		"MultipartUpload.uploadPart": { range: "bytes 0-4/*", body: "hello" },
		"Notification.set": { vaultNotificationConfig: { SNSTopic: "arn:aws:sns:us-east-1:123456789012:t", Events: [] } },
	},
});
