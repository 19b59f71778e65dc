// What a reader downloads for an engine: the files that the browser asked for, as they are and as a good host sends them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** @type {Map<string, { raw: number, brotli: number }>} */
const known = new Map();

/** @param {string} path */
function sizes(path) {
	let found = known.get(path);
	if (!found) {
		const content = readFileSync(path);
		const params = {
			[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
			[constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
			[constants.BROTLI_PARAM_SIZE_HINT]: content.length
		};
		found = { raw: content.length, brotli: brotliCompressSync(content, { params }).length };
		known.set(path, found);
	}
	return found;
}

/**
 * @param {string} folder
 * @param {string[]} asked
 */
export function download(folder, asked) {
	const sum = { raw: 0, brotli: 0 };
	for (const file of asked.filter((one) => /^\/(ours\/|chromium\/[^/]+\/)/.test(one))) {
		const { raw, brotli } = sizes(join(folder, file));
		sum.raw += raw;
		sum.brotli += brotli;
	}
	return sum;
}
