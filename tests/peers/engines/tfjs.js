// TensorFlow.js: the network from its core operations. Adam is its own; it has no SGD with Keras's velocity and decay.

/** @import { Adapter, Batch, Engine, Workload } from '../types.ts' */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { outputs } from './tfjs-layers.js';

/** Of the keras2 dialect, outside of the root. */
const EPSILON = 1e-8;
const [BETA1, BETA2] = [0.9, 0.999];
/** Of its constraints. */
const NORM_EPSILON = 1e-7;

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
	/** @type {(cost: () => tf.Scalar) => tf.Scalar | null} */
	let minimize;
	return {
		async start() {
			tf.enableProdMode();
			if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot start ${backend}`);
			await tf.ready();
		},
		async build(given) {
			workload = given;
			weights = given.weights.map(({ shape, values }) => tf.variable(tf.tensor(values, shape)));
			minimize = given.optimizer.name === 'adam' ? adam(given, weights) : sgd(given, weights);
		},
		async step(batches) {
			if (workload.product !== undefined) return multiplied(batches.length);
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

	/** The sum of the first row of the last of so many products. @param {number} times */
	async function multiplied(times) {
		const [left, right] = /** @type {[tf.Tensor2D, tf.Tensor2D]} */ (/** @type {unknown} */ (weights));
		let row = tf.scalar(0);
		for (let time = 0; time < times; time++) {
			row.dispose();
			row = tf.tidy(() => tf.sum(tf.slice(tf.matMul(left, right), [0, 0], [1, -1])));
		}
		const read = [...(await row.data())];
		row.dispose();
		return read;
	}

	/** @param {Batch} batch */
	function update({ rows, inputs, labels }) {
		const x = tf.tensor(
			inputs,
			[rows, ...workload.shape],
			inputs instanceof Int32Array ? 'int32' : 'float32'
		);
		const y = tf.tensor1d(new Int32Array(labels), 'int32');
		const loss = minimize(() => {
			const z = outputs(workload.layers, weights, x);
			return workload.loss === 'binary_crossentropy'
				? tf.losses.sigmoidCrossEntropy(tf.expandDims(y, 1), z)
				: tf.losses.softmaxCrossEntropy(tf.oneHot(y, z.shape[1] ?? 0), z);
		});
		tf.dispose([x, y]);
		if (!loss) throw new Error('no loss');
		return loss;
	}
}

/** @param {Workload} workload @param {tf.Variable[]} weights */
function adam({ optimizer, weights: described }, weights) {
	if (optimizer.decay > 0 || described.some(({ max_norm }) => max_norm !== undefined))
		throw new Error('TensorFlow.js: no Adam with decay or constraints here yet');
	const own = tf.train.adam(optimizer.learningRate, BETA1, BETA2, EPSILON);
	let updates = 0;
	return (/** @type {() => tf.Scalar} */ cost) => {
		updates++;
		// Its Adam adds epsilon after the bias correction, ours and Keras's before.
		Object.assign(own, { epsilon: EPSILON / Math.sqrt(1 - BETA2 ** updates) });
		return own.minimize(cost, true, weights);
	};
}

/** @param {Workload} workload @param {tf.Variable[]} weights */
function sgd({ optimizer, weights: described }, weights) {
	const { learningRate, momentum, decay } = optimizer;
	const velocities = weights.map((weight) => tf.variable(tf.zerosLike(weight)));
	let updates = 0;
	return (/** @type {() => tf.Scalar} */ cost) => {
		const rate = learningRate / (1 + decay * updates);
		updates++;
		const { value, grads } = tf.variableGrads(cost, weights);
		tf.tidy(() =>
			weights.forEach((weight, at) => {
				const velocity = /** @type {tf.Variable} */ (velocities[at]);
				const gradient = /** @type {tf.Tensor} */ (grads[weight.name]);
				velocity.assign(tf.sub(tf.mul(velocity, momentum), tf.mul(gradient, rate)));
				const moved = tf.add(weight, velocity);
				const most = described[at]?.max_norm;
				weight.assign(most === undefined ? moved : within(moved, most));
			})
		);
		tf.dispose(grads);
		return value;
	};
}

/**
 * Keras 2's max_norm: of the first axis.
 * @param {tf.Tensor} weight
 * @param {number} most
 */
function within(weight, most) {
	const norm = tf.sqrt(tf.sum(tf.square(weight), 0, true));
	return tf.mul(weight, tf.div(tf.clipByValue(norm, 0, most), tf.add(norm, NORM_EPSILON)));
}
