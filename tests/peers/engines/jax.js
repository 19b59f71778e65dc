// jax-js: the whole update, Adam included, as one function that it compiles.

/** @import { Array as Tensor } from '@jax-js/jax' */
/** @import { Adapter, Engine, Layer, Workload } from '../types.ts' */

import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';

/** Of the keras2 dialect, outside of the root. */
const EPSILON = 1e-8;
const [BETA1, BETA2] = [0.9, 0.999];

/**
 * @param {'wasm' | 'webgpu'} device
 * @param {() => Promise<Adapter | null>} info
 * @returns {Engine}
 */
export function jax(device, info) {
	/** @type {Workload} */
	let workload;
	/** Weights, first and second moments. @type {Tensor[][]} */
	let state;
	let updates = 0;
	/** @type {ReturnType<typeof compiled>} */
	let update;
	return {
		async start() {
			if (!(await init(device)).includes(device)) throw new Error(`jax-js cannot start ${device}`);
			defaultDevice(device);
		},
		async build(given) {
			workload = given;
			const weights = given.weights.map(({ shape, values }) => tensor(values, shape));
			const zeros = () => given.weights.map(({ shape }) => np.zeros(kept(shape)));
			state = [weights, zeros(), zeros()];
			update = compiled(given.layers);
		},
		async step(batches) {
			/** @type {Tensor | null} */
			let loss = null;
			for (const { rows, pixels, labels } of batches) {
				loss?.dispose();
				updates++;
				const rate = (workload.learningRate * Math.sqrt(1 - BETA2 ** updates)) / (1 - BETA1 ** updates);
				const x = np.array(pixels, { shape: [rows, 1, 28, 28] });
				const y = np.array(new Int32Array(labels), { shape: [rows], dtype: np.int32 });
				const next = update(state, np.array(new Float32Array([rate]), { shape: [] }), x, y);
				[loss, state] = [next.loss, next.state];
			}
			return loss ? [Number(await loss.jsAsync())] : [];
		},
		info
	};
}

/** Its convolution wants (out, in, kh, kw), Keras keeps (kh, kw, in, out). @param {number[]} shape */
function kept(shape) {
	const [kh, kw, inputs, outputs] = shape;
	return shape.length === 4 ? /** @type {number[]} */ ([outputs, inputs, kh, kw]) : shape;
}

/** @param {Float32Array} values @param {number[]} shape */
function tensor(values, shape) {
	const plain = np.array(new Float32Array(values), { shape });
	return shape.length === 4 ? np.transpose(plain, [3, 2, 0, 1]) : plain;
}

/** @param {Layer[]} layers */
function compiled(layers) {
	const cost = (/** @type {Tensor[]} */ weights, /** @type {Tensor} */ x, /** @type {Tensor} */ y) =>
		nn
			.logSoftmax(logits(layers, weights, x))
			.mul(nn.oneHot(y.ref, 10))
			.sum()
			.mul(-1 / /** @type {number} */ (y.shape[0]));
	return jit(
		(
			/** @type {Tensor[][]} */ [weights = [], first = [], second = []],
			/** @type {Tensor} */ rate,
			/** @type {Tensor} */ x,
			/** @type {Tensor} */ y
		) => {
			const [loss, gradients] = valueAndGrad(cost)(
				weights.map((weight) => weight.ref),
				x,
				y
			);
			/** @type {Tensor[][]} */
			const state = [[], [], []];
			weights.forEach((weight, at) => {
				const gradient = /** @type {Tensor} */ (gradients[at]);
				const m = /** @type {Tensor} */ (first[at]).mul(BETA1).add(gradient.ref.mul(1 - BETA1));
				const v = /** @type {Tensor} */ (second[at]).mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
				const change = rate.ref.mul(m.ref).div(np.sqrt(v.ref).add(EPSILON));
				state[0]?.push(weight.sub(change));
				state[1]?.push(m);
				state[2]?.push(v);
			});
			rate.dispose();
			return { loss, state };
		}
	);
}

/** @param {Layer[]} layers @param {Tensor[]} weights @param {Tensor} x -- NCHW */
function logits(layers, weights, x) {
	let next = 0;
	const weight = () => /** @type {Tensor} */ (weights[next++]);
	for (const { type, activation, settings } of layers) {
		if (type === 'Conv2D') {
			x = lax.convGeneralDilated(x, weight(), [1, 1], 'VALID');
			const bias = weight();
			x = x.add(bias.reshape([/** @type {number} */ (bias.shape[0]), 1, 1]));
		} else if (type === 'MaxPooling2D') {
			const size = Number(settings['pool_size']);
			x = lax.reduceWindow(x, np.max, [size, size], [size, size]);
		} else if (type === 'Flatten') {
			x = x.reshape([/** @type {number} */ (x.shape[0]), -1]);
		} else if (type === 'Dense') {
			x = np.dot(x, weight()).add(weight());
		} else throw new Error(`jax-js: no layer ${type} here yet`);
		if (activation === 'relu') x = nn.relu(x);
	}
	return x;
}
