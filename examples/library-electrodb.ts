/** ElectroDB for docs/libraries.md. */

import { clients, followingClient } from "aws-scope";
import { Entity } from "electrodb";

//#region entity
export const Order = new Entity(
	{
		model: { service: "shop", entity: "order", version: "1" },
		attributes: { id: { type: "string", required: true }, owner: { type: "string" } },
		indexes: { primary: { pk: { field: "pk", composite: ["id"] }, sk: { field: "sk", composite: [] } } },
	},
	{ table: "shop", client: followingClient(clients.dynamodbDocument) },
);
//#endregion
