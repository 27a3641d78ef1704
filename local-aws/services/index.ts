/** The services of the local AWS, and how a request finds its own. */

import { awsJson, restJson, rpcV2Cbor } from "../protocols/json.js";
import { type AwsRequest, contentType, type Protocol } from "../protocols/protocol.js";
import { awsQuery, ec2Query, isForm } from "../protocols/xml.js";
import { dynamodb } from "./dynamodb.js";
import { organizations } from "./organizations.js";
import { s3 } from "./s3.js";
import type { Backend, Service } from "./service.js";
import { sts } from "./sts.js";

const createAll = (backend: Backend): readonly Service[] => [
	sts(backend),
	dynamodb(),
	organizations(backend),
	s3,
	{ names: ["ec2"], protocol: ec2Query },
];

/** The services of one local AWS. */
export class Services {
	readonly #all: readonly Service[];
	/** The emulated services, as in `"STS, DynamoDB, and Organizations"`. */
	readonly emulated: string;

	constructor(backend: Backend) {
		this.#all = createAll(backend);
		this.emulated = new Intl.ListFormat("en").format(this.#all.flatMap(({ emulation }) => emulation?.title ?? []));
	}

	/** The service of a signing name; without one, the service that recognizes the request. */
	find(name: string, request: AwsRequest): Service {
		const known = this.#all.find((service) =>
			name === "" ? service.recognizes?.(request) : service.names.includes(name),
		);
		return known ?? { names: [name], protocol: detectProtocol(request) };
	}
}

/** The protocol in which a request of an unknown service is written. */
const detectProtocol = (request: AwsRequest): Protocol => {
	if (request.headers["smithy-protocol"] === "rpc-v2-cbor") return rpcV2Cbor;
	if (contentType(request).startsWith("application/x-amz-json")) return awsJson();
	return isForm(request) ? awsQuery() : restJson;
};
