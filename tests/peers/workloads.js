// What is computed: training of the book's experiments at stated batch sizes, without dropout, and a product of two matrices. Prepared once, from our own
// CPU engine, as files that every process reads: the same text, initial weights and batches for all.

/** @import { Batch, Place, Tensor, Workload } from './types.ts' */

import { bytes } from './place.js';

/** @typedef {{ id: string, experiment: string, batch: number, maxlen?: number, product?: number }} Task */

/** `maxlen`: words of a row, where the experiment's own number is not taken. @type {Task[]} */
export const WORKLOADS = [
	{ id: '13.3-b200', experiment: '13.3', batch: 200 },
	{ id: '13.4-b8', experiment: '13.4', batch: 8 },
	{ id: '13.4-b64', experiment: '13.4', batch: 64 },
	{ id: '13.4-b200', experiment: '13.4', batch: 200 },
	{ id: '13.5-b64', experiment: '13.5', batch: 64 },
	{ id: '13.5-b200', experiment: '13.5', batch: 200 },
	{ id: '15.3-b32', experiment: '15.3', batch: 32 },
	{ id: '15.4-b32', experiment: '15.4', batch: 32 },
	{ id: '16.5-b128', experiment: '16.5', batch: 128 },
	{ id: 'lstm100-b32', experiment: '20.2', batch: 32, maxlen: 100 },
	{ id: 'matmul-1024', experiment: '', batch: 1024, product: 1024 }
];

/**
 * The experiment as it is compared: libraries draw other dropout masks, so there are none.
 * @param {string} text
 * @param {Task} task
 */
export function compared(text, { batch, maxlen }) {
	const plain = text.replace(/^\[\[layers\]\]\ntype = "Dropout"\n(?:\w+ = .*\n)*\n/gm, '');
	const replaced = (/** @type {string} */ from, /** @type {string} */ key, /** @type {number} */ value) => {
		const line = new RegExp(`^${key} = \\d+$`, 'm');
		if (!line.test(from)) throw new Error(`the experiment states no ${key}`);
		return from.replace(line, `${key} = ${value}`);
	};
	const batched = replaced(plain, 'batch_size', batch);
	return maxlen === undefined ? batched : replaced(batched, 'maxlen', maxlen);
}

/** What stands in the JSON file of a workload; its numbers follow in a file beside it. */
/** @typedef {Omit<Workload, 'weights' | 'batch_of'> & { weights: Omit<Tensor, 'values'>[] }} Stored */

/** @param {number[]} shape */
const count = (shape) => shape.reduce((all, one) => all * one, 1);

/**
 * The numbers of a workload: weights as f32, pictures as u8 or ids as u16, labels as u8.
 * @param {Tensor[]} weights
 * @param {Uint8Array | Uint16Array} inputs
 * @param {Uint8Array} labels
 */
export function packed(weights, inputs, labels) {
	return Buffer.concat(
		[...weights.map(({ values }) => values), inputs, labels].map(
			(numbers) => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
		)
	);
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
	const weights = stored.weights.map((weight) => {
		const values = new Float32Array(numbers.buffer, begin, count(weight.shape));
		begin += values.byteLength;
		return { ...weight, values };
	});
	const { batch, batches, maxlen } = stored;
	const width = count(stored.shape);
	const all = batches * batch * width;
	const inputs =
		maxlen === undefined
			? new Uint8Array(numbers.buffer, begin, all)
			: new Uint16Array(numbers.buffer, begin, all);
	const labels = numbers.subarray(begin + inputs.byteLength);
	return {
		...stored,
		weights,
		/** @returns {Batch} */
		batch_of(index) {
			const those = inputs.subarray(index * batch * width, (index + 1) * batch * width);
			return {
				rows: batch,
				inputs:
					maxlen === undefined ? Float32Array.from(those, (value) => value / 255) : Int32Array.from(those),
				labels: labels.slice(index * batch, (index + 1) * batch)
			};
		}
	};
}
