// The table of an Embedding as it was before its training: the engine's own random numbers (`crates/spec/src/random.rs`),
// built anew from the seed. Philox 4x32-10 (Salmon et al. 2011), key (seed, purpose), counter (element / 4, 0, tag, 0).

import type { Fields } from './experiment-text';

const WEIGHTS = 1;
const ROUNDS = 10;
const [FIRST, SECOND] = [0xd2511f53, 0xcd9e8d57];
const [STEP_A, STEP_B] = [0x9e3779b9, 0xbb67ae85];

/** The upper half of a product of two words. */
function upper(a: number, b: number): number {
	const [ah, al, bh, bl] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
	const low = al * bl;
	const middle = ah * bl + (low >>> 16);
	const other = al * bh + (middle & 0xffff);
	return (ah * bh + Math.floor(middle / 65_536) + Math.floor(other / 65_536)) >>> 0;
}

export function philox(counter: readonly number[], key: readonly number[]): [number, number, number, number] {
	let [a = 0, b = 0, c = 0, d = 0] = counter;
	let [k = 0, l = 0] = key;
	for (let round = 0; round < ROUNDS; round += 1) {
		const [x, y] = [upper(FIRST, a), upper(SECOND, c)];
		const [p, q] = [Math.imul(FIRST, a) >>> 0, Math.imul(SECOND, c) >>> 0];
		[a, b, c, d] = [(y ^ b ^ k) >>> 0, q, (x ^ d ^ l) >>> 0, p];
		[k, l] = [(k + STEP_A) >>> 0, (l + STEP_B) >>> 0];
	}
	return [a, b, c, d];
}

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
