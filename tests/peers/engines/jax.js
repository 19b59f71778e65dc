// jax-js: the whole update, optimizer and constraints included, as one function that it compiles.

/** @import { Array as Tensor } from '@jax-js/jax' */
/** @import { Adapter, Engine, Workload } from '../types.ts' */

import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { outputs } from './jax-layers.js';

/** Of the keras2 dialect, outside of the root. */
const EPSILON = 1e-8;
const [BETA1, BETA2] = [0.9, 0.999];
/** Of its constraints. */
const NORM_EPSILON = 1e-7;

/**
 * @param {'wasm' | 'webgpu'} device
 * @param {() => Promise<Adapter | null>} info
 * @returns {Engine}
 */
export function jax(device, info) {
	/** @type {Workload} */
	let workload;
	/** Weights, then what the optimizer keeps of each. @type {Tensor[][]} */
	let state;
	let updates = 0;
	/** @type {ReturnType<typeof compiled>} */
	let update;
	const matmul = jit((/** @type {Tensor} */ left, /** @type {Tensor} */ right) => np.matmul(left, right));
	/** The sum of the first row of the last of so many products. @param {number} times */
	async function multiplied(times) {
		const [left, right] = /** @type {[Tensor, Tensor]} */ (state[0]);
		/** @type {Tensor | null} */
		let product = null;
		for (let time = 0; time < times; time++) {
			product?.dispose();
			product = matmul(left.ref, right.ref);
		}
		return product ? [Number(await product.slice(0).sum().jsAsync())] : [];
	}
	/** What an update takes beside the batch: the rate, and the 1 that an Embedding needs. @param {number} rate */
	function numbers(rate) {
		const embeds = workload.layers.some(({ type }) => type === 'Embedding');
		return /** @type {[Tensor, ...Tensor[]]} */ (embeds ? [scalar(rate), scalar(1)] : [scalar(rate)]);
	}
	/** Of the coming update, bias corrections of Adam included. */
	function rate() {
		const { name, learningRate, decay } = workload.optimizer;
		const decayed = learningRate / (1 + decay * updates);
		updates++;
		return name === 'adam' ? (decayed * Math.sqrt(1 - BETA2 ** updates)) / (1 - BETA1 ** updates) : decayed;
	}
	return {
		async start() {
			if (!(await init(device)).includes(device)) throw new Error(`jax-js cannot start ${device}`);
			defaultDevice(device);
		},
		async build(given) {
			workload = given;
			const weights = given.weights.map(({ shape, values }) => tensor(values, shape));
			const zeros = () => given.weights.map(({ shape }) => np.zeros(kept(shape)));
			state = given.optimizer.name === 'adam' ? [weights, zeros(), zeros()] : [weights, zeros()];
			update = compiled(given);
		},
		async step(batches) {
			if (workload.product !== undefined) return multiplied(batches.length);
			/** @type {Tensor | null} */
			let loss = null;
			for (const { rows, inputs, labels } of batches) {
				loss?.dispose();
				const shape = [rows, ...workload.shape];
				const x =
					inputs instanceof Int32Array
						? np.array(new Int32Array(inputs), { shape, dtype: np.int32 })
						: np.array(new Float32Array(inputs), { shape });
				const y = np.array(new Int32Array(labels), { shape: [rows], dtype: np.int32 });
				const next = update(state, numbers(rate()), x, y);
				[loss, state] = [next.loss, next.state];
			}
			return loss ? [Number(await loss.jsAsync())] : [];
		},
		info
	};
}

/** @param {number} value */
const scalar = (value) => np.array(new Float32Array([value]), { shape: [] });

/** A kernel of a convolution: it wants (out, in, ...window), Keras keeps (...window, in, out). @param {number[]} shape */
const convolves = (shape) => shape.length > 2;

/** @param {number[]} shape */
function kept(shape) {
	return convolves(shape) ? [...shape.slice(-2).reverse(), ...shape.slice(0, -2)] : shape;
}

/** @param {Float32Array} values @param {number[]} shape */
function tensor(values, shape) {
	const plain = np.array(new Float32Array(values), { shape });
	const axes = shape.map((_, axis) => axis);
	return convolves(shape) ? np.transpose(plain, kept(axes)) : plain;
}

/**
 * Keras 2's max_norm: of the first axis as Keras keeps the weight.
 * @param {Tensor} weight
 * @param {number} most
 */
function within(weight, most) {
	const axis = weight.ndim > 2 ? 2 : 0;
	const norm = np.sqrt(np.square(weight.ref).sum(axis, { keepdims: true }));
	return weight.mul(np.clip(norm.ref, 0, most).div(norm.add(NORM_EPSILON)));
}

/** @param {Workload} workload */
function compiled({ layers, loss, optimizer, weights: described }) {
	/** @param {Tensor[]} weights @param {Tensor} x @param {Tensor} y @param {Tensor} [one] */
	function cost(weights, x, y, one) {
		const rows = /** @type {number} */ (y.shape[0]);
		const z = outputs(layers, weights, x, one);
		if (loss === 'binary_crossentropy') {
			const logits = z.reshape([rows]);
			return nn
				.softplus(logits.ref)
				.sub(logits.mul(y.astype(np.float32)))
				.sum()
				.mul(1 / rows);
		}
		const classes = /** @type {number} */ (z.shape[1]);
		return nn
			.logSoftmax(z)
			.mul(nn.oneHot(y, classes))
			.sum()
			.mul(-1 / rows);
	}
	return jit(
		(
			/** @type {Tensor[][]} */ [weights = [], first = [], second = []],
			/** @type {[Tensor, ...Tensor[]]} */ [rate, ...more],
			/** @type {Tensor} */ x,
			/** @type {Tensor} */ y
		) => {
			const [value, gradients] = valueAndGrad(cost)(
				weights.map((weight) => weight.ref),
				x,
				y,
				...more
			);
			/** @type {Tensor[][]} */
			const state = optimizer.name === 'adam' ? [[], [], []] : [[], []];
			weights.forEach((weight, at) => {
				const gradient = /** @type {Tensor} */ (gradients[at]);
				const before = /** @type {Tensor} */ (first[at]);
				/** @type {Tensor} */
				let moved;
				if (optimizer.name === 'adam') {
					const m = before.mul(BETA1).add(gradient.ref.mul(1 - BETA1));
					const v = /** @type {Tensor} */ (second[at]).mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
					moved = weight.sub(rate.ref.mul(m.ref).div(np.sqrt(v.ref).add(EPSILON)));
					state[1]?.push(m);
					state[2]?.push(v);
				} else {
					const v = before.mul(optimizer.momentum).sub(rate.ref.mul(gradient));
					moved = weight.add(v.ref);
					state[1]?.push(v);
				}
				const most = described[at]?.max_norm;
				state[0]?.push(most === undefined ? moved : within(moved, most));
			});
			rate.dispose();
			return { loss: value, state };
		}
	);
}
