import { type IAM, iam } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const unique = (): string => `thing${next()}`;
const document = (action: string, principal?: object): string =>
	JSON.stringify({
		Version: "2012-10-17",
		Statement: [
			{ Effect: "Allow", Action: action, ...(principal === undefined ? { Resource: "*" } : { Principal: principal }) },
		],
	});
const POLICY = document("s3:GetObject");
const TRUST = document("sts:AssumeRole", { Service: "ec2.amazonaws.com" });
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

/** Of nobody: made for this file, its key thrown away. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDDzCCAfegAwIBAgIUO5q3mwcH2EF10gOx3VBWl3ZrDG0wDQYJKoZIhvcNAQEL
BQAwFjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wIBcNMjYxMTI3MTIwODU3WhgPMjEy
NjExMDMxMjA4NTdaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29tMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwhnpt6SHWmMU7GDtbPDb311NiF7HyBl8XZ1y
EjazCUCsvpCdUF2EodeidwHEGRrv+BeZr0FaO/aWrYifCKMeIOch+q1VzD1bmDH7
zHCLLGCfSeE3YiHi1BletLDnKtQwRYiq9EugUsGVsQXzTD2AEmjNSGm1mJBgZhVQ
FsnGi3emx4uNWmBfDA+enaa2lwfLgYXcOMOOdoierIy+EHJQP2ymVgAHqJ1UB7Kz
GBzIVX6OsTAe11OZdX/kZ+5AjIOwfezh91Z7p+erixztVmWqUEn6ziJ476kd5P3b
9gu86sx1KQbfB+mMrjGH2e6yDIh7Re62kkwptAh+0MAhyAm2jwIDAQABo1MwUTAd
BgNVHQ4EFgQU8pfUOuZubkfKCIErzYxCwWPFNYQwHwYDVR0jBBgwFoAU8pfUOuZu
bkfKCIErzYxCwWPFNYQwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEAl4TnMPhxLxP4to7OYeb+ynPXR8+y3Jc6ycLXipNlw1uFEMWXn+76O66zGH2y
BwAM6Mu+m8YEDgSHQnU1ae9z8J5U2FuJdaKZcel4HeGivF6tsdtTrJSepbs+4TES
d7ossJCnKYfyD3XXszjLpxPWoBivQl5iEgWFeCykbcHuwdIEJMHEyEAuEIW7unqD
hBd+MKtbd9KghqAZyHNL9TsbBkmQnQOqvzBXk+V3fxu/oi+An4HDI1ZLHCiUjgD5
x4Gps8LLvOgGjasxYkmy1PSJwoVttKD/fuSJSP01m93uqJZVseFNu2sbNSVsvWm8
9ze6PqtVgZY474WIjEC48RisIQ==
-----END CERTIFICATE-----`;

const user = () => iam().createUser({ UserName: unique() });
const group = () => iam().createGroup({ GroupName: unique() });
const role = () => iam().createRole({ RoleName: unique(), AssumeRolePolicyDocument: TRUST });
const policy = () => iam().createPolicy({ PolicyName: unique(), PolicyDocument: POLICY });
const profile = () => iam().createInstanceProfile({ InstanceProfileName: unique() });
const mfa = () => iam().createVirtualMfaDevice({ VirtualMFADeviceName: unique() });
const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "234567" };
const inline = { PolicyName: "inline", PolicyDocument: POLICY };

export const plan = (): Plan => ({
	samples: {
		"": () => iam(),
		AccessKey: async () => {
			const pair = await (await user()).createAccessKeyPair();
			return iam.AccessKey(pair.userName, pair.id);
		},
		AccessKeyPair: async () => (await user()).createAccessKeyPair(),
		AccountPasswordPolicy: () => iam().createAccountPasswordPolicy({ MinimumPasswordLength: 10 }),
		AccountSummary: () => iam.AccountSummary(),
		AssumeRolePolicy: async () => (await role()).AssumeRolePolicy(),
		CurrentUser: () => iam.CurrentUser(),
		Group: group,
		GroupPolicy: async () => (await group()).createPolicy(inline),
		InstanceProfile: profile,
		LoginProfile: async () => (await user()).createLoginProfile({ Password: "secret-Word-1" }),
		MfaDevice: async () => (await user()).enableMfa({ SerialNumber: (await mfa()).serialNumber, ...codes }),
		Policy: policy,
		PolicyVersion: async () => (await policy()).createVersion({ PolicyDocument: POLICY }),
		Role: role,
		RolePolicy: async () => {
			const own = (await role()).Policy("inline");
			await own.put({ PolicyDocument: POLICY });
			return own;
		},
		SamlProvider: () => iam().createSamlProvider({ Name: unique(), SAMLMetadataDocument: "a".repeat(1024) }),
		ServerCertificate: () =>
			iam().createServerCertificate({ ServerCertificateName: unique(), CertificateBody: PEM, PrivateKey: "key" }),
		SigningCertificate: async () =>
			iam().createSigningCertificate({ UserName: (await user()).name, CertificateBody: CERTIFICATE }),
		User: user,
		UserPolicy: async () => (await user()).createPolicy(inline),
		VirtualMfaDevice: mfa,
	},
	inputs: {
		".changePassword": { OldPassword: "old-Word-123", NewPassword: "new-Word-123" },
		".createAccountAlias": { AccountAlias: "alias" },
		".createAccountPasswordPolicy": { MinimumPasswordLength: 12 },
		".createGroup": () => ({ GroupName: unique() }),
		".createInstanceProfile": () => ({ InstanceProfileName: unique() }),
		".createPolicy": () => ({ PolicyName: unique(), PolicyDocument: POLICY }),
		".createRole": () => ({ RoleName: unique(), AssumeRolePolicyDocument: TRUST }),
		".createSamlProvider": () => ({ Name: unique(), SAMLMetadataDocument: "a".repeat(1024) }),
		".createServerCertificate": () => ({ ServerCertificateName: unique(), CertificateBody: PEM, PrivateKey: "key" }),
		".createSigningCertificate": { UserName: "known", CertificateBody: CERTIFICATE },
		".createUser": () => ({ UserName: unique() }),
		".createVirtualMfaDevice": () => ({ VirtualMFADeviceName: unique() }),
		"AccountPasswordPolicy.update": { MinimumPasswordLength: 14 },
		"AssumeRolePolicy.update": { PolicyDocument: TRUST },
		"Group.addUser": { UserName: "known" },
		"Group.removeUser": { UserName: "known" },
		"Group.attachPolicy": { PolicyArn: "arn:aws:iam::123456789012:policy/known" },
		"Group.detachPolicy": { PolicyArn: "arn:aws:iam::123456789012:policy/known" },
		"Group.create": undefined,
		"Group.createPolicy": inline,
		"Group.update": () => ({ NewGroupName: unique() }),
		"GroupPolicy.put": { PolicyDocument: POLICY },
		"InstanceProfile.addRole": { RoleName: "known" },
		"InstanceProfile.removeRole": { RoleName: "known" },
		"LoginProfile.create": { Password: "secret-Word-1" },
		"LoginProfile.update": { Password: "secret-Word-2" },
		"MfaDevice.associate": codes,
		"MfaDevice.resync": codes,
		"Policy.attachGroup": { GroupName: "known" },
		"Policy.attachRole": { RoleName: "known" },
		"Policy.attachUser": { UserName: "known" },
		"Policy.detachGroup": { GroupName: "known" },
		"Policy.detachRole": { RoleName: "known" },
		"Policy.detachUser": { UserName: "known" },
		"Policy.createVersion": { PolicyDocument: POLICY },
		"Role.attachPolicy": { PolicyArn: "arn:aws:iam::123456789012:policy/known" },
		"Role.detachPolicy": { PolicyArn: "arn:aws:iam::123456789012:policy/known" },
		"RolePolicy.put": { PolicyDocument: POLICY },
		"SamlProvider.update": { SAMLMetadataDocument: "b".repeat(1024) },
		"ServerCertificate.update": () => ({ NewServerCertificateName: unique() }),
		"User.addGroup": { GroupName: "known" },
		"User.removeGroup": { GroupName: "known" },
		"User.attachPolicy": { PolicyArn: "arn:aws:iam::123456789012:policy/known" },
		"User.detachPolicy": { PolicyArn: "arn:aws:iam::123456789012:policy/known" },
		"User.createLoginProfile": { Password: "secret-Word-1" },
		"User.createPolicy": inline,
		"User.enableMfa": { SerialNumber: "arn:aws:iam::123456789012:mfa/some", ...codes },
		"User.update": () => ({ NewUserName: unique() }),
		"UserPolicy.put": { PolicyDocument: POLICY },
	},
	before: {
		".createSigningCertificate": known,
		"Group.addUser": known,
		"Group.removeUser": afterKnown((own: IAM.Group) => own.addUser({ UserName: "known" })),
		"Group.attachPolicy": known,
		"Group.detachPolicy": afterKnown((own: IAM.Group) => own.attachPolicy({ PolicyArn: KNOWN })),
		"Group.create": (own: IAM.Group) => own.delete(),
		"InstanceProfile.addRole": known,
		"InstanceProfile.removeRole": afterKnown((own: IAM.InstanceProfile) => own.addRole({ RoleName: "known" })),
		"LoginProfile.create": (own: IAM.LoginProfile) => own.delete(),
		"MfaDevice.associate": (own: IAM.MfaDevice) => own.disassociate(),
		"Policy.attachGroup": known,
		"Policy.attachRole": known,
		"Policy.attachUser": known,
		"Policy.detachGroup": afterKnown((own: IAM.Policy) => own.attachGroup({ GroupName: "known" })),
		"Policy.detachRole": afterKnown((own: IAM.Policy) => own.attachRole({ RoleName: "known" })),
		"Policy.detachUser": afterKnown((own: IAM.Policy) => own.attachUser({ UserName: "known" })),
		"PolicyVersion.delete": () => undefined,
		"Role.attachPolicy": known,
		"Role.detachPolicy": afterKnown((own: IAM.Role) => own.attachPolicy({ PolicyArn: KNOWN })),
		"User.addGroup": known,
		"User.removeGroup": afterKnown((own: IAM.User) => own.addGroup({ GroupName: "known" })),
		"User.attachPolicy": known,
		"User.create": (own: IAM.User) => own.delete(),
		"User.detachPolicy": afterKnown((own: IAM.User) => own.attachPolicy({ PolicyArn: KNOWN })),
		"InstanceProfile.delete": () => undefined,
	} as Plan["before"] & object,
});

const KNOWN = "arn:aws:iam::123456789012:policy/known";

/** Does something to a resource once those of the known name are there. */
const afterKnown =
	<Own>(run: (own: Own) => unknown) =>
	async (own: Own): Promise<unknown> => {
		await known();
		return run(own);
	};

/** A user, a group, a role and a policy of this name. */
async function known(): Promise<void> {
	const makes = [
		iam().createUser({ UserName: "known" }),
		iam().createGroup({ GroupName: "known" }),
		iam().createRole({ RoleName: "known", AssumeRolePolicyDocument: TRUST }),
		iam().createPolicy({ PolicyName: "known", PolicyDocument: POLICY }),
	];
	await Promise.allSettled(makes);
}
