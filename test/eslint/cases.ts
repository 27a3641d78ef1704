/** Code that keeps clients, and code that doesn't. `KEPT` marks each call that is reported. */

/** A piece of code by what it shows. */
export type Cases = Readonly<Record<string, string>>;

const aws = (rest: string, names = "clients"): string => `import { ${names} } from "aws-scope";\n${rest}`;
const resources = (rest: string): string => `import { s3, iam } from "aws-scope/resources";\n${rest}`;

/** How an accessor comes into a file. */
export const names: Cases = {
	"a named import": aws("const s3 = KEPT clients.s3(); export const list = () => [s3];"),
	"a renamed import": aws("const s3 = KEPT c.s3(); export const list = () => [s3];", "clients as c"),
	"a namespace import": `import * as aws from "aws-scope"; const s3 = KEPT aws.clients.s3(); export const list = () => [s3];`,
	"a dynamic import": `const { clients } = await import("aws-scope"); export const s3 = KEPT clients.s3();`,
	"require(), destructured": `const { clients: c } = require("aws-scope"); exports.s3 = KEPT c.s3();`,
	"require(), destructured twice": `const { clients: { s3 } } = require("aws-scope"); module.exports = { s3: KEPT s3() };`,
	"require() as a whole": `const aws = require("aws-scope"); module.exports.s3 = KEPT aws.clients.s3();`,
	"a member of require()": `const clients = require("aws-scope").clients; globalThis.s3 = KEPT clients["s3"]();`,
	"a destructured accessor": aws("const { s3: files } = clients; export const s3 = KEPT files();"),
	"an accessor in a variable": aws("const files = clients.s3; export const s3 = KEPT files();"),
	"defineClients()": aws(
		"const shop = defineClients({ files: S3 }); export const s3 = KEPT shop.files();",
		"defineClients",
	),
	"defineClients(), destructured": aws(
		"export const { files } = defineClients({ files: S3 }); export const s3 = KEPT files();",
		"defineClients",
	),
	"client(Class)": aws("export const s3 = KEPT client(S3);", "client"),
	"client(Class) with a region": aws(`export const s3 = KEPT client(S3, "eu-central-1");`, "client"),
	"the document client": aws("export const orders = KEPT clients.dynamodbDocument();"),
	"a resource": resources(`export const photos = KEPT s3.Bucket("photos");`),
	"a resource with an unknown name": resources("export const photos = KEPT s3.Bucket(config.bucket);"),
	"a part of a resource": resources(`export const cat = KEPT s3.Bucket("photos").Object("cat.jpg");`),
	"a service of resources": resources("export const all = KEPT s3();"),
	"a resource without an identifier": resources("export const me = KEPT iam.CurrentUser();"),
};

/** Arguments that leave the session to the scope. */
export const scopedArguments: Cases = {
	"a region": aws(`export const s3 = KEPT clients.s3("eu-central-1");`),
	"a region from a constant": aws(`const region = "eu-central-1"; export const s3 = KEPT clients.s3(region);`),
	"a region from the environment": aws(`export const s3 = KEPT clients.s3(process.env.REGION ?? "eu-central-1");`),
	"a region or nothing": aws(`export const s3 = KEPT clients.s3(isFar ? "us-east-1" : undefined);`),
	options: aws("export const s3 = KEPT clients.s3({ region, maxAttempts: 5 });"),
	"options in a constant": aws("const options = { maxAttempts: 5 }; export const s3 = KEPT clients.s3(options);"),
};

/** Where a client outlives its scope. */
export const places: Cases = {
	"a default export": aws("export default KEPT clients.s3();"),
	"an export list": aws("const s3 = KEPT clients.s3(); export { s3 };"),
	"an object": aws("export const deps = { s3: KEPT clients.s3(), sqs: [KEPT clients.sqs()] };"),
	"a list that is taken apart": aws(
		"const [s3, sqs] = [KEPT clients.s3(), KEPT clients.sqs()]; export const list = () => [s3, sqs];",
	),
	"an object that is taken apart": aws(
		"const make = () => ({ s3: KEPT clients.s3(), at: 1 }); const { s3 } = make(); export const list = () => s3.listBuckets({});",
	),
	"a block": aws("{ const s3 = KEPT clients.s3(); app.get('/', () => s3.listBuckets({})); }"),
	"a choice": aws("export const s3 = isFar ? KEPT clients.s3('us-east-1') : KEPT clients.s3();"),
	"a later assignment": aws(
		"let s3; if (isNeeded) s3 = KEPT clients.s3(); export const list = () => s3.listBuckets({});",
	),
	"a library's object": aws(
		"const repo = new Repo({ client: KEPT clients.dynamodb() }); export const find = () => repo.find();",
	),
	"a document client by hand": aws(
		"const orders = DynamoDBDocument.from(KEPT clients.dynamodb()); export const find = () => orders.get({});",
	),
	"the first tenant's client": aws(
		"let s3; export const handler = withAwsScope(async () => { s3 ??= KEPT clients.s3(); }, spec);",
		"clients, withAwsScope",
	),
	"the last tenant's client": aws("let s3; export async function handler() { s3 = KEPT clients.s3(); }"),
	"the first tenant's client in an object": aws(
		"const kept = {}; export const handler = () => { kept.s3 ??= KEPT clients.s3(); };",
	),
	"a client that goes through a variable": aws(
		"let s3; export const handler = () => { const made = KEPT clients.s3(); s3 = made; };",
	),
	"globalThis, in a function": aws("export const handler = () => { globalThis.s3 ??= KEPT clients.s3(); };"),
	"a use in a field of instances": aws("const s3 = KEPT clients.s3(); export class Repo { files = s3; }"),
	"a static field": aws("export class Repo { static s3 = KEPT clients.s3(); }"),
	"a static block": aws("export class Repo { static { this.s3 = KEPT clients.s3(); } }"),
	"a static method": aws("export class Repo { static s3() { return (this.kept ??= KEPT clients.s3()); } }"),
	"a static field, from outside": aws("class Repo {} export const handler = () => { Repo.s3 ??= KEPT clients.s3(); };"),
	"a field of a module's instance": aws("class Repo { #s3 = KEPT clients.s3(); } export const repo = new Repo();"),
	"an assignment in the constructor of a module's instance": aws(
		"export const repo = new (class { constructor() { this.s3 = KEPT clients.s3(); } })();",
	),
	"an assignment in a method of a module's instance": aws(
		"class Repo { get s3() { return (this.kept ??= KEPT clients.s3()); } } export default new Repo();",
	),
	"an instance in a static field": aws(
		"class Repo { static instance = new Repo(); constructor() { this.s3 = KEPT clients.s3(); } }",
	),
	"a closure": aws(
		"const make = () => { const s3 = KEPT clients.s3(); return () => s3.listBuckets({}); }; export const list = make();",
	),
	"a closure in an object": aws(
		"function make() { const s3 = KEPT clients.s3(); return { list() { return s3.listBuckets({}); } }; } export const repo = make();",
	),
	"a closure around an argument": aws(
		"function make(s3) { return { list: () => s3.listBuckets({}) }; } export const repo = make(KEPT clients.s3());",
	),
	"a closure in a closure": aws(
		"function make() { const s3 = KEPT clients.s3(); const list = () => s3.listBuckets({}); return () => list(); } export const f = make();",
	),
	"a handler around a client": aws(
		"function make() { const s3 = KEPT clients.s3(); return withAwsScope(() => s3.listBuckets({}), spec); } export const handler = make();",
		"clients, withAwsScope",
	),
	"an async function's result": aws(
		"async function connect() { await ready; return { s3: KEPT clients.s3() }; } export const deps = await connect();",
	),
	"a function that is called at once": aws("export const s3 = (() => KEPT clients.s3())();"),
};

/** The right ways, and what nobody can be sure of. */
export const right: Cases = {
	"a call where the client is used": aws("export const list = () => clients.s3().listBuckets({});"),
	"a variable of a function": aws(
		"export async function list() { const s3 = clients.s3(); return s3.listBuckets({}); }",
	),
	"a function that returns a client": aws(
		"export const s3 = () => clients.s3('eu-central-1'); export const list = () => s3().x();",
	),
	"an accessor": aws("export const files = clients.s3; export const { sqs } = clients;"),
	"a closure in a handler": aws(
		"export const handler = withAwsScope(async (ids) => { const s3 = clients.s3(); return Promise.all(ids.map((id) => s3.x(id))); }, spec);",
		"clients, withAwsScope",
	),
	"a variable around a callback of a handler": aws(
		"export const handler = withAwsScope(async () => { let s3; await step(() => { s3 = clients.s3(); }); return s3.x(); }, spec);",
		"clients, withAwsScope",
	),
	"runInAwsScope() in a module": aws(
		"export const buckets = await runInAwsScope(spec, async () => { const s3 = clients.s3(); return later(() => s3.x()); });",
		"clients, runInAwsScope",
	),
	"a client for the module's own code": aws("const s3 = clients.s3(); const { Buckets } = await s3.listBuckets({});"),
	"a client for the module's own loop": aws(
		"const s3 = clients.s3(); await Promise.all(names.map((name) => s3.headBucket({ name })));",
	),
	"what a client answers": aws("export const answer = await clients.s3().listBuckets({});"),
	"what an unknown function makes of a client": aws("export const flags = await load(clients.ssm());"),
	"what a function of the file reads with a client": aws(
		"async function load() { const ssm = clients.ssm(); return (await ssm.getParameter({})).Parameter; } export const flag = await load();",
	),
	"a main function": aws("async function main() { const s3 = clients.s3(); queue.add(() => s3.x()); } await main();"),
	"a part of a client": aws("export const { config } = clients.s3();"),
	"a named session": aws("export const s3 = clients.s3({ session: defaultSession() });", "clients, defaultSession"),
	"a named session of the region's name": aws("export const s3 = clients.s3({ region, session });"),
	"a named account": aws("export const s3 = clients.s3({ account: '111111111111' });"),
	"named credentials": aws("export const s3 = clients.s3({ credentials });"),
	"a named profile": aws("export const s3 = clients.s3({ 'profile': 'dev' });"),
	"a named session in a constant": aws("const options = { session }; export const s3 = clients.s3(options);"),
	"a named session in client()": aws("export const s3 = client(S3, { session });", "client"),
	"a named session of a resource": resources("export const photos = s3.Bucket('photos', { session });"),
	"a part of a named session's resource": resources(
		"export const cat = s3.Bucket('photos', { session }).Object('cat.jpg');",
	),
	"a named session of a resource without an identifier": resources("export const me = iam.CurrentUser({ session });"),
	"a named session of a service": resources("export const all = s3({ session });"),
	"a session's own clients": aws(
		"const mine = defaultSession(); export const s3 = mine.clients.s3();",
		"defaultSession",
	),
	"an argument from elsewhere": aws("import { options } from './options.js'; export const s3 = clients.s3(options);"),
	"a function's argument": aws("export const s3 = clients.s3(argumentOf());"),
	"spread options": aws("export const s3 = clients.s3({ ...options });"),
	"a computed option": aws("export const s3 = clients.s3({ [name]: value });"),
	"spread arguments": aws("export const s3 = clients.s3(...args);"),
	"an argument that changes": aws(
		"let region = 'eu-central-1'; region = options; export const s3 = clients.s3(region);",
	),
	"followingClient()": aws(
		"export const repo = new Repo({ client: followingClient(clients.s3, 'eu-central-1') });",
		"clients, followingClient",
	),
	"perSession()": aws(
		"export const values = perSession(() => new Provider({ client: clients.ssm() }));",
		"clients, perSession",
	),
	"perSession() with a variable": aws(
		"export const repo = perSession(() => { const s3 = clients.s3(); return { list: () => s3.x() }; });",
		"clients, perSession",
	),
	"a function for a library": aws(
		"export const repo = new Repo({ client: () => clients.s3(), get s3() { return clients.s3(); } });",
	),
	"a field of an instance made elsewhere": aws(
		"export class Repo { s3 = clients.s3(); constructor() { this.sqs = clients.sqs(); } }",
	),
	"an instance of a handler": aws("class Repo { s3 = clients.s3(); } export const handler = () => new Repo().list();"),
	"a field that is a function": aws("class Repo { list = () => clients.s3().x(); } export const repo = new Repo();"),
	"a class in a handler": aws(
		"export const handler = () => { class Repo { static s3 = clients.s3(); } return Repo.s3.x(); };",
	),
	"a closure made in a handler": aws(
		"const make = () => { const s3 = clients.s3(); return () => s3.x(); }; export const handler = async () => make()();",
	),
	"a member of an argument": aws("export const before = (context) => { context.s3 = clients.s3(); };"),
	"a cache by tenant": aws("const kept = new Map(); export const f = (id) => { kept.set(id, clients.s3()); };"),
	"a cache by tenant in an object": aws("const kept = {}; export const f = (id) => { kept[id] ??= clients.s3(); };"),
	"a default of a parameter": aws("export const list = (s3 = clients.s3()) => s3.listBuckets({});"),
	"a test's variable": aws("let s3; beforeEach(async () => { s3 = clients.s3(); }); test('x', () => s3.x());"),
	"a parameter of the same name": aws("export const make = (clients) => ({ s3: clients.s3() });"),
	"clients of another package": `import { clients } from "./clients.js"; export const s3 = clients.s3();`,
	"another require()": `const { clients } = require("./aws"); module.exports = clients.s3();`,
	"a name that is declared twice": aws("var c = clients; var c = mine; export const s3 = c.s3();"),
	"a default import, which the package has not": `import aws from "aws-scope"; export const s3 = aws.clients.s3();`,
	"a static block of a class in a handler": aws(
		"export const handler = () => { class Repo { static { this.s3 = clients.s3(); } } return Repo.s3.x(); };",
	),
	"other exports": aws(
		"export const key = clientKey(S3); export const mine = session({ profile: 'dev' });",
		"clientKey, session",
	),
	"other exports of resources": `import { Key } from "aws-scope/resources"; export const condition = Key("id").eq("1");`,
	"a namespace's other members": `import * as aws from "aws-scope"; export const home = aws.stats(); export const x = aws.clients;`,
	"a generator": aws("function* all() { const s3 = clients.s3(); return s3; } export const pages = all();"),
	"a recursive function": aws(
		"function f(n) { return f(n - 1); } export const x = f(1); const a = () => a(); export const b = a();",
	),
};

/** Only TypeScript has these. */
export const typed: { readonly kept: Cases; readonly right: Cases } = {
	kept: {
		"import = require()": `import aws = require("aws-scope"); export const s3 = KEPT aws.clients.s3();`,
		"an assertion": aws("export const s3 = KEPT clients.s3(process.env.REGION!) as S3;"),
		"a private field": aws(
			"class Repo { private readonly s3: S3 = KEPT clients.s3(); } export const repo = new Repo();",
		),
		"a type around": aws("export const deps = { s3: KEPT clients.s3({ maxAttempts: 5 } as const) } satisfies Deps;"),
	},
	right: {
		"the type of a client": aws(
			"const s3 = clients.s3(); await s3.x(); export function f(client: typeof s3) {} export type S = ReturnType<typeof clients.s3>;",
		),
		"a decorated class": aws("@Injectable() export class Repo { private readonly s3 = clients.s3(); }"),
		"a named session that is asserted": aws("export const s3 = clients.s3({ session: session! } as Options);"),
	},
};
