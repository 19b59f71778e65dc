// What the site's reader of files hands to an engine, for whoever runs an engine outside of a page.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The rows of a data set, as an engine's `Data.from_parcel` takes them.
 * @param {string} modules folder of the built modules
 * @param {string} name
 * @param {string[]} paths its official files; none: the built-in sample
 * @returns {Promise<Uint8Array>}
 */
export async function parcel(modules, name, paths) {
	const folder = join(modules, 'reader');
	const reader = await import(pathToFileURL(join(folder, 'fireside.js')).href);
	await reader.default({ module_or_path: readFileSync(join(folder, 'fireside_bg.wasm')) });
	if (paths.length === 0) return reader.sample(name);
	const contents = paths.map((path) => new Uint8Array(readFileSync(path)));
	return reader.read(
		name,
		paths.map((path) => basename(path)),
		contents
	);
}
