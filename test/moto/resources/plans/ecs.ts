import { ec2, ecs } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const cluster = () => ecs().createCluster({ clusterName: `cluster-${next()}` });
const definition = async () => {
	const family = `family-${next()}`;
	await ecs().registerTaskDefinition({
		family,
		networkMode: "awsvpc",
		containerDefinitions: [{ name: "c", image: "i", memory: 64 }],
	});
	return family;
};
const network = async () => {
	const [subnet] = await ec2().subnets.limit(1).toArray();
	return { awsvpcConfiguration: { subnets: [subnet?.id as string] } };
};
const service = async () => ({ serviceName: `service-${next()}`, taskDefinition: await definition(), desiredCount: 0 });
const task = async () => ({
	taskDefinition: await definition(),
	launchType: "FARGATE" as const,
	networkConfiguration: await network(),
});

export const plan = (): Plan => ({
	samples: {
		"": () => ecs(),
		Cluster: cluster,
		Service: async () => (await cluster()).createService(await service()),
		Task: async () => (await (await cluster()).runTask(await task()))[0],
	},
	inputs: {
		".createCluster": () => ({ clusterName: `cluster-${next()}` }),
		".registerTaskDefinition": { family: "f", containerDefinitions: [{ name: "c", image: "i", memory: 64 }] },
		"Cluster.createService": service,
		"Cluster.runTask": task,
		"Cluster.update": { settings: [{ name: "containerInsights", value: "disabled" }] },
		"Service.update": { desiredCount: 0 },
		"Task.executeCommand": { command: "ls", interactive: true },
	},
	before: {
		"Service.waitUntilInactive": (own: { delete(): unknown }) => own.delete(),
		"Task.waitUntilStopped": (own: { stop(): unknown }) => own.stop(),
	} as Plan["before"] & object,
});
