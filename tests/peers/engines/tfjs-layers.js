// The layers of the workloads from TensorFlow.js's core operations.

/** @import { Layer } from '../types.ts' */

import * as tf from '@tensorflow/tfjs-core';

/**
 * What the last layer computes, before its softmax or sigmoid, which belong to the loss.
 * @param {Layer[]} layers
 * @param {tf.Variable[]} weights
 * @param {tf.Tensor} x -- pictures channel by channel, ids of words
 */
export function outputs(layers, weights, x) {
	let next = 0;
	const weight = () => /** @type {tf.Variable} */ (weights[next++]);
	const pictures = x.rank === 4;
	// Channels last is all that its backends know.
	if (pictures) x = moved(x, [0, 2, 3, 1], 1);
	for (const { type, activation, settings } of layers) {
		const padding = settings['padding'] === 'same' ? 'same' : 'valid';
		const size = Number(settings['pool_size']);
		if (type === 'Conv2D') {
			x = tf.conv2d(/** @type {tf.Tensor4D} */ (x), /** @type {tf.Tensor4D} */ (weight()), 1, padding);
			x = tf.add(x, weight());
		} else if (type === 'Conv1D') {
			x = tf.conv1d(/** @type {tf.Tensor3D} */ (x), /** @type {tf.Tensor3D} */ (weight()), 1, padding);
			x = tf.add(x, weight());
		} else if (type === 'MaxPooling2D') {
			x = tf.maxPool(/** @type {tf.Tensor4D} */ (x), size, size, 'valid');
		} else if (type === 'MaxPooling1D') {
			x = tf.squeeze(
				tf.maxPool(/** @type {tf.Tensor4D} */ (tf.expandDims(x, 2)), [size, 1], [size, 1], 'valid'),
				[2]
			);
		} else if (type === 'Flatten') {
			// In the order of channels_first, so that the same dense weights mean the same.
			if (pictures) x = moved(x, [0, 3, 1, 2], 3);
			x = tf.reshape(x, [x.shape[0], -1]);
		} else if (type === 'Dense') {
			x = tf.add(tf.matMul(x, weight()), weight());
		} else if (type === 'Embedding') {
			x = embedded(weight(), /** @type {tf.Tensor2D} */ (x));
		} else if (type === 'LSTM') {
			x = lstm(/** @type {tf.Tensor3D} */ (x), weight(), weight(), weight());
		} else throw new Error(`TensorFlow.js: no layer ${type} here yet`);
		if (activation === 'relu') x = tf.relu(x);
	}
	return x;
}

/**
 * The rows of a table. The gradient of `gather` itself looks through all ids once for every word that there is, and its
 * CPU backend keeps all that it finds: gigabytes. This one adds each row's gradient where it belongs.
 * @param {tf.Variable} table
 * @param {tf.Tensor2D} ids
 */
function embedded(table, ids) {
	const [words, width] = /** @type {[number, number]} */ (table.shape);
	const rows = tf.customGrad(() => ({
		value: tf.gather(table, ids),
		gradFunc: (/** @type {tf.Tensor} */ change) =>
			tf.scatterND(tf.reshape(ids, [ids.size, 1]), tf.reshape(change, [ids.size, width]), [words, width])
	}));
	return rows(table);
}

/** A single channel stands right wherever it stands. @param {tf.Tensor} x @param {number[]} axes @param {number} channels */
function moved(x, axes, channels) {
	const shape = axes.map((axis) => x.shape[axis] ?? 1);
	return x.shape[channels] === 1 ? tf.reshape(x, shape) : tf.transpose(x, axes);
}

/** Keras 2's hard_sigmoid. @param {tf.Tensor} x */
const gate = (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1);

/**
 * The last state.
 * @param {tf.Tensor3D} x -- (rows, steps, features)
 * @param {tf.Variable} kernel
 * @param {tf.Variable} recurrent
 * @param {tf.Variable} bias
 */
function lstm(x, kernel, recurrent, bias) {
	const [rows, steps, features] = x.shape;
	// All steps of the input at once.
	const all = tf.add(tf.matMul(tf.reshape(x, [rows * steps, features]), kernel), bias);
	/** @type {tf.Tensor | undefined} */
	let h;
	/** @type {tf.Tensor | undefined} */
	let c;
	for (const step of tf.unstack(tf.reshape(all, [rows, steps, -1]), 1)) {
		const z = h ? tf.add(step, tf.matMul(h, recurrent)) : step;
		const [input, forget, cell, output] = /** @type {[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]} */ (
			tf.split(z, 4, 1)
		);
		const written = tf.mul(gate(input), tf.tanh(cell));
		c = c ? tf.add(tf.mul(gate(forget), c), written) : written;
		h = tf.mul(gate(output), tf.tanh(c));
	}
	return /** @type {tf.Tensor} */ (h);
}
