/** Checks that imports point down the layers and have no cycles. */

import type { Source } from "./sources.js";

/**
 * The layers of `src/`, lowest first. A file may import from its own unit (a folder or a file) and from every lower layer,
 * but not from another unit of its layer.
 */
export const LAYERS: readonly (readonly string[])[] = [
	["errors"],
	["home"],
	["transport", "cache"],
	["session"],
	["scope", "client"],
	["accessors"],
	["lifecycle"],
	["index", "testing"],
];

/** The only files of `src/` that the other top-level folders may import. */
const PUBLIC_FILES: Readonly<Record<string, readonly string[]>> = {
	middleware: ["src/index.ts"],
	"local-aws": ["src/index.ts", "src/testing.ts"],
	resources: ["src/index.ts", "src/home/load.ts"],
	"fan-out": ["src/index.ts"],
	worker: ["src/index.ts", "fan-out/acting.ts", "fan-out/data.ts"],
	eslint: [],
};

/** Returns the problems with these files' imports, one sentence each. */
export function checkLayers(sources: readonly Source[]): string[] {
	return [...sources.flatMap(upwardImports), ...cycles(sources)];
}

function upwardImports({ path, imports }: Source): string[] {
	const problems: string[] = [];
	for (const { file, specifier } of imports) {
		const where = `${path} imports "${specifier}"`;
		if (specifier === "aws-scope" || specifier.startsWith("aws-scope/")) {
			problems.push(`${where}; import the source by its relative path, so that both builds share one instance.`);
		}
		if (file === undefined) continue;
		const [folder = ""] = path.split("/");
		const allowed = PUBLIC_FILES[folder];
		if (allowed !== undefined) {
			if (!allowed.includes(file) && !file.startsWith(`${folder}/`)) {
				problems.push(`${where}; ${folder}/ may import only ${allowed.join(" and ") || "its own files"}.`);
			}
			continue;
		}
		const [from, to] = [unitOf(path), unitOf(file)];
		if (from === to) continue;
		if (layerOf(from) < 0)
			problems.push(`${path} belongs to no layer; add "${from}" to a layer in scripts/checks/layers.ts.`);
		else if (layerOf(to) >= layerOf(from)) problems.push(`${where}, which is not below it (${LAYERS.join(" < ")}).`);
	}
	return problems;
}

const unitOf = (path: string): string => /^src\/([^/.]+)/.exec(path)?.[1] ?? path;

const layerOf = (unit: string): number => {
	const layer = LAYERS.findIndex((units) => units.includes(unit));
	return layer < 0 && unit.includes("/") ? Number.POSITIVE_INFINITY : layer;
};

/** Finds import cycles at run time. Types may refer to each other. */
function cycles(sources: readonly Source[]): string[] {
	const graph = new Map(
		sources.map(({ path, imports }) => [
			path,
			imports.flatMap(({ file, typeOnly }) => (file === undefined || typeOnly ? [] : [file])),
		]),
	);
	const done = new Set<string>();
	const found: string[] = [];
	const visit = (path: string, trail: readonly string[]): void => {
		const start = trail.indexOf(path);
		if (start >= 0) found.push(`These files have an import cycle: ${[...trail.slice(start), path].join(" → ")}.`);
		if (start >= 0 || done.has(path)) return;
		for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
		done.add(path);
	};
	for (const path of graph.keys()) visit(path, []);
	return found;
}
