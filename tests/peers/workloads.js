// What is trained: experiments of the book at stated batch sizes, without dropout. Prepared once, from our own
// CPU engine, as files that every process reads: the same text, initial weights and batches for all.

/** @import { Place, Tensor, Workload } from './types.ts' */

import { bytes } from './place.js';

/** @type {{ id: string, experiment: string, batch: number }[]} */
export const WORKLOADS = [
	{ id: '13.3-b200', experiment: '13.3', batch: 200 },
	{ id: '13.4-b8', experiment: '13.4', batch: 8 },
	{ id: '13.4-b64', experiment: '13.4', batch: 64 }
];

/**
 * The experiment as it is compared: libraries draw other dropout masks, so there are none.
 * @param {string} text
 * @param {number} batch
 */
export function compared(text, batch) {
	const plain = text.replace(/^\[\[layers\]\]\ntype = "Dropout"\n(?:\w+ = .*\n)*\n/gm, '');
	if (!/^batch_size = \d+$/m.test(plain)) throw new Error('the experiment states no batch_size');
	return plain.replace(/^batch_size = \d+$/m, `batch_size = ${batch}`);
}

/** What stands in the JSON file of a workload; its numbers follow in a file beside it. */
/**
 * @typedef {Pick<Workload, 'id' | 'experiment' | 'batch' | 'seed' | 'text' | 'layers' | 'parameters' |
 *   'learningRate' | 'batches' | 'files'> & { weights: { name: string, shape: number[] }[], pixels: number }} Stored
 */

/**
 * The numbers of a workload: weights as f32, pictures as u8, labels as u8.
 * @param {Tensor[]} weights
 * @param {Uint8Array} pixels
 * @param {Uint8Array} labels
 */
export function packed(weights, pixels, labels) {
	const floats = weights.map(
		({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
	);
	return Buffer.concat([...floats, pixels, labels]);
}

/**
 * @param {Place} place
 * @param {string} id
 * @returns {Promise<Workload>}
 */
export async function load(place, id) {
	const at = (/** @type {string} */ kind) => bytes(new URL(`workloads/${id}.${kind}`, place.base));
	/** @type {Stored} */
	const stored = JSON.parse(new TextDecoder().decode(await at('json')));
	const numbers = await at('bin');
	let begin = 0;
	const weights = stored.weights.map(({ name, shape }) => {
		const count = shape.reduce((all, one) => all * one, 1);
		const values = new Float32Array(numbers.buffer, begin, count);
		begin += 4 * count;
		return { name, shape, values };
	});
	const { batch, batches, pixels } = stored;
	const labels = numbers.subarray(begin + batches * batch * pixels);
	return {
		...stored,
		weights,
		batch_of: (index) => ({
			rows: batch,
			pixels: Float32Array.from(
				numbers.subarray(begin + index * batch * pixels, begin + (index + 1) * batch * pixels),
				(value) => value / 255
			),
			labels: labels.slice(index * batch, (index + 1) * batch)
		})
	};
}
