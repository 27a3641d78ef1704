import { type Organizations, organizations } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const root = async (): Promise<Organizations.Root> => {
	await organizations()
		.client.createOrganization({ FeatureSet: "ALL" })
		.catch(() => undefined);
	return (await organizations().roots.toArray())[0] as Organizations.Root;
};
const unit = async () => (await root()).createOrganizationalUnit({ Name: `unit-${next()}` });
const account = async () => {
	await root();
	const { CreateAccountStatus } = await organizations().createAccount({
		AccountName: `a${next()}`,
		Email: `a${next()}@example.com`,
	});
	return organizations.Account(CreateAccountStatus?.AccountId as string);
};

export const plan = (): Plan => ({
	samples: {
		"": async () => {
			await root();
			return organizations();
		},
		Account: account,
		OrganizationalUnit: unit,
		Root: root,
	},
	inputs: {
		".createAccount": { AccountName: "one", Email: "one@example.com" },
		"Account.move": async () => ({ SourceParentId: (await root()).id, DestinationParentId: (await unit()).id }),
		"OrganizationalUnit.createOrganizationalUnit": { Name: "inner" },
		"OrganizationalUnit.update": () => ({ Name: `unit-${next()}` }),
		"Root.createOrganizationalUnit": () => ({ Name: `unit-${next()}` }),
	},
});
