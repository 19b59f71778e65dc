// Where the official files of the data sets are: the places that `fireside data` looks at.

/** @import { Dataset } from './types.ts' */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The files that the bench needs of each data set. @type {Record<Dataset, string[]>} */
const FILES = {
	mnist: [
		'train-images-idx3-ubyte.gz',
		'train-labels-idx1-ubyte.gz',
		't10k-images-idx3-ubyte.gz',
		't10k-labels-idx1-ubyte.gz'
	],
	cifar10: ['cifar-10-binary.tar.gz'],
	// The index of words is not needed: the bench shows none.
	imdb: ['imdb.npz']
};

/** @param {string} name @returns {name is Dataset} */
export const known = (name) => Object.hasOwn(FILES, name);

/**
 * Paths of all files of a data set, or nothing: then the built-in sample is used.
 * @param {string} root -- of the checkout
 * @param {string | undefined} given
 * @param {Dataset} name
 */
export function official(root, given, name) {
	const folders = [given, process.env['FIRESIDE_DATA'], join(root, 'data'), join(root, '../shared/data')];
	for (const folder of folders.filter((one) => one !== undefined)) {
		for (const place of [join(folder, name), folder]) {
			const paths = FILES[name].map((file) => join(place, file));
			if (paths.every((path) => existsSync(path))) return paths;
		}
	}
	return [];
}
