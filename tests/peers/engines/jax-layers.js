// The layers of the workloads in jax-js.

/** @import { Array as Tensor } from '@jax-js/jax' */
/** @import { Layer } from '../types.ts' */

import { lax, nn, numpy as np } from '@jax-js/jax';

/**
 * What the last layer computes, before its softmax or sigmoid, which belong to the loss.
 * @param {Layer[]} layers
 * @param {Tensor[]} weights
 * @param {Tensor} x -- channels before places, as its convolution wants them; ids of words
 * @param {Tensor | undefined} one -- the number 1, for an Embedding
 */
export function outputs(layers, weights, x, one) {
	let next = 0;
	const weight = () => /** @type {Tensor} */ (weights[next++]);
	for (const { type, activation, settings } of layers) {
		if (type === 'Conv2D' || type === 'Conv1D') {
			const window = type === 'Conv2D' ? [1, 1] : [1];
			if (type === 'Conv1D') x = turned(x);
			x = lax.convGeneralDilated(x, weight(), window, settings['padding'] === 'same' ? 'SAME' : 'VALID');
			const bias = weight();
			x = x.add(bias.reshape([/** @type {number} */ (bias.shape[0]), ...window]));
			if (type === 'Conv1D') x = turned(x);
		} else if (type === 'MaxPooling2D') {
			const size = Number(settings['pool_size']);
			x = lax.reduceWindow(x, np.max, [size, size], [size, size]);
		} else if (type === 'MaxPooling1D') {
			const size = Number(settings['pool_size']);
			x = turned(lax.reduceWindow(turned(x), np.max, [size], [size]));
		} else if (type === 'Flatten') {
			x = x.reshape([/** @type {number} */ (x.shape[0]), -1]);
		} else if (type === 'Dense') {
			x = np.dot(x, weight()).add(weight());
		} else if (type === 'Embedding') {
			// Times 1: jax-js 0.1.25 compiles the gradient only where no mere view comes next ("input is not imm").
			x = np.take(weight(), x, 0).mul(/** @type {Tensor} */ (one));
		} else if (type === 'LSTM') {
			x = lstm(x, weight(), weight(), weight());
		} else throw new Error(`jax-js: no layer ${type} here yet`);
		if (activation === 'relu') x = nn.relu(x);
	}
	return x;
}

/** Places and channels change their places: only another view in jax-js. @param {Tensor} x */
const turned = (x) => np.transpose(x, [0, 2, 1]);

/** Keras 2's hard_sigmoid. @param {Tensor} x */
const gate = (x) => np.clip(x.mul(0.2).add(0.5), 0, 1);

/**
 * The last state. jax-js has no scan: the steps are written out one after the other, as its compiler takes them.
 * @param {Tensor} x -- (rows, steps, features)
 * @param {Tensor} kernel
 * @param {Tensor} recurrent
 * @param {Tensor} bias
 */
function lstm(x, kernel, recurrent, bias) {
	// All steps of the input at once.
	const steps = parted(np.dot(x, kernel).add(bias));
	/** @type {Tensor | undefined} */
	let h;
	/** @type {Tensor | undefined} */
	let c;
	for (const step of steps) {
		const z = h ? step.add(np.dot(h, recurrent.ref)) : step;
		const [input, forget, cell, output] = /** @type {[Tensor, Tensor, Tensor, Tensor]} */ (np.split(z, 4, 1));
		const written = gate(input).mul(np.tanh(cell));
		c = c ? gate(forget).mul(c).add(written) : written;
		h = gate(output).mul(np.tanh(c.ref));
	}
	recurrent.dispose();
	c?.dispose();
	return /** @type {Tensor} */ (h);
}

/** How many parts jax-js may put together again in one kernel: a WebGPU device has few bindings. */
const MOST_PARTS = 5;

/**
 * The steps of a sequence. Split in two or three goes: the gradient puts all parts together.
 * @param {Tensor} x -- (rows, steps, features)
 * @returns {Tensor[]}
 */
function parted(x) {
	const steps = /** @type {number} */ (x.shape[1]);
	if (steps === 1) return [np.squeeze(x, 1)];
	let parts = MOST_PARTS;
	while (steps % parts > 0) parts--;
	if (parts === 1) throw new Error(`jax-js: ${steps} steps cannot be split into few parts`);
	return np.split(x, parts, 1).flatMap(parted);
}
