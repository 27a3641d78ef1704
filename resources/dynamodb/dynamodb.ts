/** The resources of DynamoDB, as in boto3, with items as plain JavaScript values. */

import { dynamodbDefinition } from "../definitions/dynamodb.js";
import { refuse } from "../errors.js";
import { merge } from "../input.js";
import { AnyResource, requestOptions, titleOf, typeOf } from "../resource.js";
import { defineService } from "../service.js";
import type { DynamoDBResources } from "../types/dynamodb.js";
import { BatchWriter, type BatchWriterOptions } from "./batch-writer.js";
import { writeConditions } from "./conditions.js";

/** Returns a method that calls `DynamoDBDocument` with the identity of the resource. */
const document =
	(action: string, name: string, fill: (self: AnyResource) => Record<string, unknown>) =>
	async (self: AnyResource, input: unknown, options: unknown): Promise<unknown> => {
		const where = `${titleOf(typeOf(self))}.${action}()`;
		const request = writeConditions(merge(where, fill(self), input, "each"));
		return client(self)[name]?.(request, requestOptions(where, options));
	};

const client = (self: AnyResource) =>
	AnyResource.identity(self).companion?.() ?? refuse("The document client is missing; this is a bug in aws-scope.");

const tableName = (self: AnyResource): string => AnyResource.identifier(self, 0) as string;

const tableMethod = (action: string, name: string) => {
	const call = document(action, name, (self) => ({ TableName: tableName(self) }));
	return function (this: AnyResource, input?: unknown, options?: unknown) {
		return call(this, input, options);
	};
};

const serviceMethod = (action: string, name: string) => {
	const call = document(action, name, () => ({}));
	return function (this: AnyResource, input?: unknown, options?: unknown) {
		return call(this, input, options);
	};
};

/**
 * DynamoDB's resources: tables, with items as plain JavaScript values.
 * @example
 * const { Item } = await dynamodb.Table<Order>("orders").getItem({ Key: { id: "foo#bar#123" } });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/dynamodb-2012-08-10
 */
export const dynamodb: DynamoDBResources = /* @__PURE__ */ (() =>
	defineService<DynamoDBResources>(dynamodbDefinition, {
		companion: "dynamodbDocument",
		types: {
			"": {
				methods: {
					batchGetItem: serviceMethod("batchGetItem", "batchGet"),
					batchWriteItem: serviceMethod("batchWriteItem", "batchWrite"),
				},
			},
			Table: {
				methods: {
					getItem: tableMethod("getItem", "get"),
					putItem: tableMethod("putItem", "put"),
					updateItem: tableMethod("updateItem", "update"),
					deleteItem: tableMethod("deleteItem", "delete"),
					query: tableMethod("query", "query"),
					scan: tableMethod("scan", "scan"),
					batchWriter(options) {
						return new BatchWriter(client(this), tableName(this), options as BatchWriterOptions<object> | undefined);
					},
				},
			},
		},
	}))();
