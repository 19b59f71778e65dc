// Where the official MNIST files are: the places that `fireside data` looks at.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FILES = [
	'train-images-idx3-ubyte.gz',
	'train-labels-idx1-ubyte.gz',
	't10k-images-idx3-ubyte.gz',
	't10k-labels-idx1-ubyte.gz'
];

/**
 * Paths of all four files, or nothing: then the built-in sample is used.
 * @param {string} root -- of the checkout
 * @param {string | undefined} given
 */
export function mnist(root, given) {
	const folders = [given, process.env['FIRESIDE_DATA'], join(root, 'data'), join(root, '../shared/data')];
	for (const folder of folders.filter((one) => one !== undefined)) {
		for (const place of [join(folder, 'mnist'), folder]) {
			const paths = FILES.map((file) => join(place, file));
			if (paths.every((path) => existsSync(path))) return paths;
		}
	}
	return [];
}
