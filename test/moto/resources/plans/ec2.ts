import { type EC2, ec2 } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const unique = (): string => `thing-${next()}`;
const IMAGE = "ami-12c6146b";

const instance = async () =>
	(await ec2().createInstances({ ImageId: IMAGE, MinCount: 1, MaxCount: 1 }))[0] as EC2.Instance;
const vpc = () => ec2().createVpc({ CidrBlock: "10.0.0.0/16" });
const subnet = async (own?: EC2.Vpc) => (own ?? (await vpc())).createSubnet({ CidrBlock: "10.0.0.0/24" });
const volume = () => ec2().createVolume({ AvailabilityZone: "us-east-1a", Size: 8 });
const networkInterface = async () => (await subnet()).createNetworkInterface();
const gateway = () => ec2().createInternetGateway();
const routeTable = async () => (await vpc()).createRouteTable();
const acl = async () => (await vpc()).createNetworkAcl();
const association = async () => {
	const own = await vpc();
	return (await own.createRouteTable()).associateWithSubnet({ SubnetId: (await subnet(own)).id });
};
const peering = async () => {
	const [one, other] = [await vpc(), await ec2().createVpc({ CidrBlock: "10.1.0.0/16" })];
	return one.requestVpcPeeringConnection({ PeerVpcId: other.id });
};
const address = async () => {
	const { AllocationId = "", PublicIp = "" } = await ec2().client.allocateAddress({ Domain: "vpc" });
	return { vpc: ec2.VpcAddress(AllocationId), classic: ec2.ClassicAddress(PublicIp) };
};
const addressAssociation = async () => {
	const own = await networkInterface();
	const { vpc: ip } = await address();
	const { AssociationId = "" } = await ip.associate({ NetworkInterfaceId: own.id });
	return ec2.NetworkInterfaceAssociation(AssociationId);
};
const image = async () => (await instance()).createImage({ Name: unique() });
const tags = { Tags: [{ Key: "k", Value: "v" }] };
const ENTRY = { RuleNumber: 7, Protocol: "-1", RuleAction: "allow", Egress: false, CidrBlock: "0.0.0.0/0" } as const;
const RULE = { IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }] };
const route = async () => {
	const own = await vpc();
	const door = await gateway();
	await door.attachToVpc({ VpcId: own.id });
	return (await own.createRouteTable()).createRoute({ DestinationCidrBlock: "0.0.0.0/0", GatewayId: door.id });
};

export const plan = (): Plan => ({
	samples: {
		"": () => ec2(),
		ClassicAddress: async () => (await address()).classic,
		DhcpOptions: () =>
			ec2().createDhcpOptions({ DhcpConfigurations: [{ Key: "domain-name", Values: ["example.com"] }] }),
		Image: image,
		Instance: instance,
		InternetGateway: gateway,
		KeyPair: () => ec2().createKeyPair({ KeyName: unique() }),
		KeyPairInfo: async () => ec2.KeyPair((await ec2().createKeyPair({ KeyName: unique() })).name),
		NetworkAcl: acl,
		NetworkInterface: networkInterface,
		NetworkInterfaceAssociation: addressAssociation,
		PlacementGroup: () => ec2().createPlacementGroup({ GroupName: unique(), Strategy: "cluster" }),
		Route: route,
		RouteTable: routeTable,
		RouteTableAssociation: association,
		SecurityGroup: async () => (await vpc()).createSecurityGroup({ GroupName: unique(), Description: "d" }),
		Snapshot: async () => (await volume()).createSnapshot(),
		Subnet: () => subnet(),
		Tag: async () => (await (await vpc()).createTags(tags))[0],
		Volume: volume,
		Vpc: vpc,
		VpcPeeringConnection: peering,
		VpcAddress: async () => (await address()).vpc,
	},
	inputs: {
		".createDhcpOptions": { DhcpConfigurations: [{ Key: "domain-name", Values: ["example.com"] }] },
		".createInstances": { ImageId: IMAGE, MinCount: 1, MaxCount: 1 },
		".createKeyPair": () => ({ KeyName: unique() }),
		".createNetworkAcl": async () => ({ VpcId: (await vpc()).id }),
		".createNetworkInterface": async () => ({ SubnetId: (await subnet()).id }),
		".createPlacementGroup": () => ({ GroupName: unique(), Strategy: "cluster" }),
		".createRouteTable": async () => ({ VpcId: (await vpc()).id }),
		".createSecurityGroup": async () => ({ VpcId: (await vpc()).id, GroupName: unique(), Description: "d" }),
		".createSnapshot": async () => ({ VolumeId: (await volume()).id }),
		".createSubnet": async () => ({ VpcId: (await vpc()).id, CidrBlock: "10.0.0.0/24" }),
		".createTags": async () => ({ Resources: [(await vpc()).id], ...tags }),
		".createVolume": { AvailabilityZone: "us-east-1a", Size: 8 },
		".createVpc": { CidrBlock: "10.2.0.0/16" },
		".createVpcPeeringConnection": async () => ({ VpcId: (await vpc()).id, PeerVpcId: (await vpc()).id }),
		".disassociateRouteTable": async () => ({ AssociationId: (await association()).id }),
		".importKeyPair": () => ({ KeyName: unique(), PublicKeyMaterial: Buffer.from(PUBLIC_KEY) }),
		".registerImage": { Name: "image" },
		"ClassicAddress.associate": async () => ({ InstanceId: (await instance()).id }),
		"DhcpOptions.associateWithVpc": async () => ({ VpcId: (await vpc()).id }),
		"Image.describeAttribute": { Attribute: "launchPermission" },
		"Image.modifyAttribute": { LaunchPermission: { Add: [{ UserId: "111111111111" }] } },
		"Image.resetAttribute": { Attribute: "launchPermission" },
		"Instance.attachClassicLinkVpc": { VpcId: "vpc-1", Groups: ["sg-1"] },
		"Instance.attachVolume": async () => ({ VolumeId: (await volume()).id, Device: "/dev/sdh" }),
		"Instance.createImage": () => ({ Name: unique() }),
		"Instance.describeAttribute": { Attribute: "instanceType" },
		"Instance.detachClassicLinkVpc": { VpcId: "vpc-1" },
		"Instance.detachVolume": async (own: EC2.Instance) => {
			const disk = await volume();
			await own.attachVolume({ VolumeId: disk.id, Device: "/dev/sdh" });
			return { VolumeId: disk.id };
		},
		"Instance.modifyAttribute": { DisableApiTermination: { Value: false } },
		"Instance.reportStatus": { ReasonCodes: ["other"], Status: "ok" },
		"Instance.resetAttribute": { Attribute: "kernel" },
		"InternetGateway.attachToVpc": async () => ({ VpcId: (await vpc()).id }),
		"InternetGateway.detachFromVpc": async (own: EC2.InternetGateway) => {
			const place = await vpc();
			await own.attachToVpc({ VpcId: place.id });
			return { VpcId: place.id };
		},
		"NetworkAcl.createEntry": ENTRY,
		"NetworkAcl.deleteEntry": { RuleNumber: 7, Egress: false },
		"NetworkAcl.replaceEntry": ENTRY,
		"NetworkAcl.replaceAssociation": async () => {
			const own = await subnet();
			const [first] = await ec2()
				.networkAcls.filter({ Filters: [{ Name: "association.subnet-id", Values: [own.id] }] })
				.toArray();
			return { AssociationId: first?.associations?.[0]?.NetworkAclAssociationId };
		},
		"NetworkInterface.attach": async () => ({ InstanceId: (await instance()).id, DeviceIndex: 1 }),
		"NetworkInterface.describeAttribute": { Attribute: "description" },
		"NetworkInterface.modifyAttribute": { Groups: [] },
		"NetworkInterface.resetAttribute": { SourceDestCheck: "true" },
		"Route.replace": async () => ({ GatewayId: (await gateway()).id }),
		"RouteTable.associateWithSubnet": async () => ({ SubnetId: (await subnet()).id }),
		"RouteTable.createRoute": async () => ({ DestinationCidrBlock: "0.0.0.0/0", GatewayId: (await gateway()).id }),
		"RouteTableAssociation.replaceSubnet": async () => ({ RouteTableId: (await routeTable()).id }),
		"SecurityGroup.authorizeEgress": RULE,
		"SecurityGroup.authorizeIngress": RULE,
		"SecurityGroup.revokeEgress": RULE,
		"SecurityGroup.revokeIngress": RULE,
		"Snapshot.copy": { SourceRegion: "us-east-1" },
		"Snapshot.describeAttribute": { Attribute: "createVolumePermission" },
		"Snapshot.modifyAttribute": {
			Attribute: "createVolumePermission",
			OperationType: "add",
			UserIds: ["111111111111"],
		},
		"Snapshot.resetAttribute": { Attribute: "createVolumePermission" },
		"Subnet.createInstances": { ImageId: IMAGE, MinCount: 1, MaxCount: 1 },
		"Volume.attachToInstance": async () => ({ InstanceId: (await instance()).id, Device: "/dev/sdh" }),
		"Volume.describeAttribute": { Attribute: "autoEnableIO" },
		"Volume.detachFromInstance": async (own: EC2.Volume) => {
			const machine = await instance();
			await own.attachToInstance({ InstanceId: machine.id, Device: "/dev/sdh" });
			return { InstanceId: machine.id };
		},
		"Volume.modifyAttribute": { AutoEnableIO: { Value: true } },
		"Vpc.associateDhcpOptions": async () => ({
			DhcpOptionsId: (
				await ec2().createDhcpOptions({ DhcpConfigurations: [{ Key: "domain-name", Values: ["e.com"] }] })
			).id,
		}),
		"Vpc.attachClassicLinkInstance": { InstanceId: "i-1", Groups: ["sg-1"] },
		"Vpc.detachClassicLinkInstance": { InstanceId: "i-1" },
		"Vpc.attachInternetGateway": async () => ({ InternetGatewayId: (await gateway()).id }),
		"Vpc.detachInternetGateway": async (own: EC2.Vpc) => {
			const door = await gateway();
			await own.attachInternetGateway({ InternetGatewayId: door.id });
			return { InternetGatewayId: door.id };
		},
		"Vpc.createSecurityGroup": () => ({ GroupName: unique(), Description: "d" }),
		"Vpc.createSubnet": { CidrBlock: "10.0.1.0/24" },
		"Vpc.describeAttribute": { Attribute: "enableDnsSupport" },
		"Vpc.modifyAttribute": { EnableDnsSupport: { Value: true } },
		"Vpc.requestVpcPeeringConnection": async () => ({ PeerVpcId: (await vpc()).id }),
		"VpcAddress.associate": async () => ({ NetworkInterfaceId: (await networkInterface()).id }),
		...Object.fromEntries(
			[
				"DhcpOptions",
				"Image",
				"Instance",
				"InternetGateway",
				"NetworkAcl",
				"NetworkInterface",
				"RouteTable",
				"SecurityGroup",
				"Snapshot",
				"Subnet",
				"Volume",
				"Vpc",
			].flatMap((type) => [
				[`${type}.createTags`, tags],
				[`${type}.deleteTags`, tags],
				[`${type}[].createTags`, tags],
			]),
		),
	},
	before: {
		"NetworkAcl.deleteEntry": (own: EC2.NetworkAcl) => own.createEntry(ENTRY),
		"NetworkAcl.replaceEntry": (own: EC2.NetworkAcl) => own.createEntry(ENTRY),
		"NetworkInterface.detach": async (own: EC2.NetworkInterface) => {
			await own.attach({ InstanceId: (await instance()).id, DeviceIndex: 1 });
			await own.load();
		},
		"ClassicAddress.disassociate": async (own: EC2.ClassicAddress) => {
			await own.associate({ InstanceId: (await instance()).id });
			await own.load();
		},
		"ClassicAddress.release": (own: EC2.ClassicAddress) => own.load(),
		"SecurityGroup.revokeEgress": (own: EC2.SecurityGroup) => own.authorizeEgress(RULE),
		"SecurityGroup.revokeIngress": (own: EC2.SecurityGroup) => own.authorizeIngress(RULE),
		"VpcAddress.release": (own: EC2.VpcAddress) => own.load(),
		"Instance.waitUntilStopped": (own: EC2.Instance) => own.stop(),
		"Instance.waitUntilTerminated": (own: EC2.Instance) => own.terminate(),
	} as Plan["before"] & object,
});

const PUBLIC_KEY =
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMpWyAXZuMUUMFzajXgTIoD/naZZ5ATvI/RNFgEw4vBX nobody@example.com";
