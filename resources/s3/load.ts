/** The packages of the SDK that transfers need, loaded on first use. */

import { errors } from "../../src/index.js";

/** Loads a package; names it when it is missing. */
export async function needed<Module>(packageName: string, load: () => Promise<Module>): Promise<Module> {
	try {
		return await load();
	} catch (cause) {
		const { code } = cause as NodeJS.ErrnoException;
		if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
		throw new errors.MissingPackageError(
			`The package ${packageName} is needed but not installed: run \`npm install ${packageName}\`.`,
			{ cause },
		);
	}
}
