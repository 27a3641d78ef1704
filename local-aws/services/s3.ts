/** S3: not emulated, but its signatures are verified and its uploads decoded for the user's handler. */

import { ServiceError } from "../protocols/protocol.js";
import { restXml } from "../protocols/xml.js";
import { sha256Hex } from "../signature.js";
import type { Service } from "./service.js";

export const s3: Service = {
	names: ["s3", "s3express", "s3-object-lambda", "s3-outposts"],
	protocol: restXml,
	// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
	signing: {
		uriEscapePath: false,
		maxSkewMinutes: 15,
		payloadHash: (request, { presigned }) => {
			const stated = request.headers["x-amz-content-sha256"] ?? presigned?.contentSha256;
			if (stated === undefined && presigned) return "UNSIGNED-PAYLOAD";
			// The bodies of streaming uploads are signed chunk by chunk, or not at all.
			if (stated === "UNSIGNED-PAYLOAD" || stated?.startsWith("STREAMING-")) return stated;
			const hash = sha256Hex(request.body);
			if (stated !== undefined && stated !== hash) throw new ServiceError(400, ...PAYLOAD_MISMATCH, true);
			return hash;
		},
		urlExpired: () => new ServiceError(403, "AccessDenied", "Request has expired"),
	},
};

const PAYLOAD_MISMATCH = [
	"XAmzContentSHA256Mismatch",
	"The provided 'x-amz-content-sha256' header does not match what was computed.",
] as const;
