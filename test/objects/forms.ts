/** The forms in which JavaScript lets one give the same options, and what each must mean: the same, or a refusal by name. */

type Members = Readonly<Record<string, unknown>>;
type Form = (plain: Members) => object;

class Base {
	describe(): string {
		return "a method is no option";
	}
}

const withGetters = (on: object, plain: Members, enumerable: boolean, get = (name: string): unknown => plain[name]) => {
	for (const name of Object.keys(plain)) {
		Object.defineProperty(on, name, { get: () => get(name), enumerable, configurable: true });
	}
	return on;
};

/** Reads each of its members once; a second look is the end. */
const onlyOnce = (plain: Members): ((name: string) => unknown) => {
	const seen = new Set<string>();
	return (name) => {
		if (seen.has(name)) throw new Error(`${name} was read twice`);
		seen.add(name);
		return plain[name];
	};
};

const classWithGetters = (plain: Members, get?: (name: string) => unknown): object => {
	class Options extends Base {}
	withGetters(Options.prototype, plain, false, get);
	return new (class extends Options {})();
};

/** Every form but the plain one. */
export const FORMS: Readonly<Record<string, Form>> = {
	frozen: (plain) => Object.freeze({ ...plain }),
	"without a prototype": (plain) => Object.assign(Object.create(null) as object, plain),
	"of a class, by fields": (plain) => Object.assign(new Base(), plain),
	"of a class, by getters": (plain) => classWithGetters(plain),
	"of a class, by getters that answer once": (plain) => classWithGetters(plain, onlyOnce(plain)),
	"by getters of its own": (plain) => withGetters({}, plain, true),
	"by Object.create()": (plain) => Object.create({ ...plain }) as object,
	"by Object.create(), twice": (plain) => Object.create(Object.create({ ...plain }) as object) as object,
	"by Object.create() with one of its own": (plain) => {
		const [first = "", ...rest] = Object.keys(plain);
		const base = Object.fromEntries(rest.map((name) => [name, plain[name]]));
		return Object.assign(Object.create(base) as object, first in plain ? { [first]: plain[first] } : {});
	},
	"a proxy": (plain) => new Proxy({ ...plain }, {}),
	"a proxy of an object of a class": (plain) => new Proxy(Object.assign(new Base(), plain), {}),
	"a proxy that denies what it has": (plain) => new Proxy({ ...plain }, { has: () => false }),
	"a proxy that claims to have everything": (plain) => new Proxy({ ...plain }, { has: () => true }),
	"a proxy that lists nothing": (plain) => new Proxy({}, { get: (_, name) => plain[String(name)] }),
};

/** The only words by which a form may be refused whose plain object is taken: of a proxy that does not say what it holds. */
export const MAY_REFUSE = /not (a proxy that lists no members; copy it|an iterable)\.$/;

/** Of getters of its own that answer once; an accessor compares options with those of earlier calls, and may look again. */
export const ONCE: Form = (plain) => withGetters({}, plain, true, onlyOnce(plain));

/** One that can be written to. */
export const rewritable: Form = (plain) => ({ ...plain });

/** Takes everything out of an object, and of the objects in it, and puts another tenant in: none of it must count. */
export function rewrite(options: Record<string, unknown>): void {
	for (const [name, value] of Object.entries(options)) {
		if (isPlain(value)) rewrite(value);
		delete options[name];
	}
	Object.assign(options, { account: "999999999999", region: "eu-south-1", accessKeyId: "AKIDLATER", tenant: "later" });
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
