/** Loads the SDK packages of transfers on first use. */

import { importPackage } from "../../src/home/load.js";

// Each `import()` is directly in a `try` block, so that bundlers can build applications without the package.

/** `@aws-sdk/lib-storage` */
export async function libStorage(): Promise<typeof import("@aws-sdk/lib-storage")> {
	try {
		return await import("@aws-sdk/lib-storage");
	} catch (error) {
		return importPackage("@aws-sdk/lib-storage", () => Promise.reject(error));
	}
}

/** `@aws-sdk/s3-request-presigner` */
export async function requestPresigner(): Promise<typeof import("@aws-sdk/s3-request-presigner")> {
	try {
		return await import("@aws-sdk/s3-request-presigner");
	} catch (error) {
		return importPackage("@aws-sdk/s3-request-presigner", () => Promise.reject(error));
	}
}

/** `@aws-sdk/client-s3` */
export async function clientS3(): Promise<typeof import("@aws-sdk/client-s3")> {
	try {
		return await import("@aws-sdk/client-s3");
	} catch (error) {
		return importPackage("@aws-sdk/client-s3", () => Promise.reject(error));
	}
}
