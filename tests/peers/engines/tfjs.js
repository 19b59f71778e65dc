// TensorFlow.js: the network from its core operations, its own Adam.

/** @import { Adapter, Batch, Engine, Workload } from '../types.ts' */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

/** Of the keras2 dialect, outside of the root. */
const EPSILON = 1e-8;
const [BETA1, BETA2] = [0.9, 0.999];

/**
 * @param {string} backend
 * @param {() => Promise<Adapter | null>} info
 * @returns {Engine}
 */
export function tfjs(backend, info) {
	/** @type {Workload} */
	let workload;
	/** @type {tf.Variable[]} */
	let weights;
	/** @type {tf.AdamOptimizer} */
	let adam;
	let updates = 0;
	return {
		async start() {
			tf.enableProdMode();
			if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot start ${backend}`);
			await tf.ready();
		},
		async build(given) {
			workload = given;
			weights = given.weights.map(({ shape, values }) => tf.variable(tf.tensor(values, shape)));
			adam = tf.train.adam(given.learningRate, BETA1, BETA2, EPSILON);
		},
		async step(batches) {
			/** @type {tf.Scalar | null} */
			let loss = null;
			for (const batch of batches) {
				loss?.dispose();
				loss = update(batch);
			}
			const read = loss ? [...(await loss.data())] : [];
			loss?.dispose();
			return read;
		},
		info
	};

	/** @param {Batch} batch */
	function update({ rows, pixels, labels }) {
		updates++;
		// Its Adam adds epsilon after the bias correction, ours and Keras's before.
		Object.assign(adam, { epsilon: EPSILON / Math.sqrt(1 - BETA2 ** updates) });
		const x = tf.tensor4d(pixels, [rows, 28, 28, 1]);
		const y = tf.tensor1d(new Int32Array(labels), 'int32');
		const loss = adam.minimize(
			() => /** @type {tf.Scalar} */ (tf.losses.softmaxCrossEntropy(tf.oneHot(y, 10), logits(x))),
			true,
			weights
		);
		tf.dispose([x, y]);
		if (!loss) throw new Error('no loss');
		return loss;
	}

	/** @param {tf.Tensor} x -- NHWC, which is all that its backends know */
	function logits(x) {
		let next = 0;
		const weight = () => /** @type {tf.Variable} */ (weights[next++]);
		for (const { type, activation, settings } of workload.layers) {
			if (type === 'Conv2D') {
				x = tf.conv2d(/** @type {tf.Tensor4D} */ (x), /** @type {tf.Tensor4D} */ (weight()), 1, 'valid');
				x = tf.add(x, weight());
			} else if (type === 'MaxPooling2D') {
				const size = Number(settings['pool_size']);
				x = tf.maxPool(/** @type {tf.Tensor4D} */ (x), size, size, 'valid');
			} else if (type === 'Flatten') {
				// In the order of channels_first, so that the same dense weights mean the same.
				if ((x.shape[3] ?? 1) > 1) x = tf.transpose(x, [0, 3, 1, 2]);
				x = tf.reshape(x, [x.shape[0], -1]);
			} else if (type === 'Dense') {
				x = tf.add(tf.matMul(x, weight()), weight());
			} else throw new Error(`TensorFlow.js: no layer ${type} here yet`);
			if (activation === 'relu') x = tf.relu(x);
		}
		return x;
	}
}
