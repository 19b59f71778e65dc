// The table of an Embedding as it was before its training: the engine's own random numbers (`crates/spec/src/random.rs`),
// built anew from the seed: key (seed, purpose), counter (element / 4, 0, tag, 0), and the first tensor has the tag 0.

import { philox } from '../philox';
import type { Fields } from './experiment-text';

/** `Purpose::Weights`. */
const WEIGHTS = 1;

/** The first and the last number that the table began between; null where it began in another way. */
function range(fields: Fields): [number, number] | null {
	const given = fields['embeddings_initializer'] ?? 'uniform';
	const table = typeof given === 'object' && !Array.isArray(given) ? given : { name: given };
	const name = table['name'];
	if (name !== 'uniform' && name !== 'random_uniform') return null;
	const number = (value: unknown, usual: number) => (typeof value === 'number' ? value : usual);
	return [number(table['minval'], -0.05), number(table['maxval'], 0.05)];
}

/** `count` numbers of the first layer's table; null where that is not known. */
export function initialTable(seed: number, fields: Fields, count: number): Float32Array | null {
	const between = range(fields);
	if (!between) return null;
	const [min, max] = between;
	const [middle, half] = [(min + max) / 2, (max - min) / 2];
	const found = new Float32Array(count);
	for (let block = 0; 4 * block < count; block += 1) {
		const words = philox([block, 0, 0, 0], [seed, WEIGHTS]);
		words.forEach((word, lane) => {
			const at = 4 * block + lane;
			if (at < count) found[at] = middle + (2 * ((word >>> 8) / 16_777_216) - 1) * half;
		});
	}
	return found;
}
