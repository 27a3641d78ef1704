import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { loadServiceClass } from "../../src/client/service-class.js";

it("gives the very class that the application imports", () => {
	expect(loadServiceClass("dynamodb")).toBe(DynamoDB);
});
