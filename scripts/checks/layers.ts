/** Imports point down, never in a circle, and nobody imports what stands above him. */

import type { Source } from "./sources.js";

/**
 * The layers of `src/`, lowest first. A file may import its own unit (folder or file) and every lower layer. Units of
 * one layer do not know each other.
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

/** The only files of `src/` that the rooms beside it may import. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
	middleware: ["src/index.ts"],
	"local-aws": ["src/index.ts", "src/testing.ts"],
};

/** What is wrong with the imports of these files: one sentence each. */
export function checkLayers(sources: readonly Source[]): string[] {
	return [...sources.flatMap(upwardImports), ...circles(sources)];
}

function upwardImports({ path, imports }: Source): string[] {
	const problems: string[] = [];
	for (const { file, specifier } of imports) {
		const where = `${path} imports "${specifier}"`;
		if (specifier === "aws-scope" || specifier.startsWith("aws-scope/")) {
			problems.push(`${where}; write the relative path of the source, so that both builds share one instance.`);
		}
		if (file === undefined) continue;
		const [room = ""] = path.split("/");
		const faces = ROOMS[room];
		if (faces !== undefined) {
			if (!faces.includes(file) && !file.startsWith(`${room}/`)) {
				problems.push(`${where}; ${room}/ may import only ${faces.join(" and ")}.`);
			}
			continue;
		}
		const [from, to] = [unitOf(path), unitOf(file)];
		if (from === to) continue;
		if (layerOf(from) < 0)
			problems.push(`${path} belongs to no layer; give "${from}" its place in scripts/checks/layers.ts.`);
		else if (layerOf(to) >= layerOf(from)) problems.push(`${where}, which is not below it (${LAYERS.join(" < ")}).`);
	}
	return problems;
}

const unitOf = (path: string): string => /^src\/([^/.]+)/.exec(path)?.[1] ?? path;

const layerOf = (unit: string): number => {
	const layer = LAYERS.findIndex((units) => units.includes(unit));
	return layer < 0 && unit.includes("/") ? Number.POSITIVE_INFINITY : layer;
};

/** Circles of imports that exist at run time; types may refer to each other. */
function circles(sources: readonly Source[]): string[] {
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
		if (start >= 0)
			found.push(`These files import each other in a circle: ${[...trail.slice(start), path].join(" → ")}.`);
		if (start >= 0 || done.has(path)) return;
		for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
		done.add(path);
	};
	for (const path of graph.keys()) visit(path, []);
	return found;
}
