// Makes the files of the workloads from our own CPU engine: text, initial weights and batches, the same for all.

/** @import { Dataset, Layer, Source, Tensor } from './types.ts' */
/** @import { Table } from './experiment.js' */
/** @import { Plan } from './prepare.js' */
/** @import { Stored, Task } from './workloads.js' */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dataset } from './engines/ours.js';
import { largestNorm, optimizer, stated } from './experiment.js';
import { bytes } from './place.js';
import { reviews } from './reviews.js';
import { compared, packed } from './workloads.js';

/**
 * Weights and batches of every workload, from our own CPU engine.
 * @param {Plan} plan
 * @returns {Promise<Record<string, Source>>} the data sets of the workloads
 */
export async function store(plan) {
	const place = { base: pathToFileURL(`${plan.work}/`).href, host: /** @type {const} */ ('node') };
	const at = (/** @type {string} */ file) => new URL(`ours/cpu/${file}`, place.base);
	/** @type {Record<string, any>} */
	const wasm = await import(at('fireside.js').href);
	await wasm['default']({ module_or_path: bytes(at('fireside_bg.wasm')) });
	await wasm['open'](() => {});
	/** @type {Record<string, Source>} */
	const sources = {};
	for (const name of Object.keys(plan.data)) {
		const data = await dataset(wasm, place, name);
		const { origin, checksum } = data.state();
		sources[name] = { name, origin: String(origin), sha256: String(checksum) };
		for (const task of plan.workloads.filter(({ product }) => product === undefined)) {
			const text = await experiment(plan.root, task);
			if (stated(text).data['name'] === name) await workload(wasm, data, plan, task, text);
		}
		data.free();
	}
	for (const { product, ...task } of plan.workloads)
		if (product !== undefined) await matrices({ ...task, product }, plan);
	return sources;
}

/**
 * Two square matrices. Numbers from 0 to 1: sums of them don't come near zero, where engines would seem to differ.
 * @param {Task & { product: number }} task
 * @param {Plan} plan
 */
async function matrices(task, plan) {
	const shape = [task.product, task.product];
	const weights = ['left', 'right'].map((name, which) => {
		const values = Float32Array.from(
			{ length: task.product ** 2 },
			(_, at) => ((at * (7 + which)) % 1013) / 1013
		);
		return { name, shape, values };
	});
	/** @type {Stored} */
	const stored = {
		...{ ...task, seed: 0, text: '', shape: [0], layers: [], parameters: 0, batches: plan.batches },
		loss: 'categorical_crossentropy',
		optimizer: { name: 'sgd', learningRate: 0, momentum: 0, decay: 0 },
		weights: weights.map(({ values: _, ...weight }) => weight)
	};
	await write(plan, stored, packed(weights, new Uint8Array(), new Uint8Array()));
}

/** @param {Plan} plan @param {Stored} stored @param {Buffer} numbers */
async function write({ work }, stored, numbers) {
	await writeFile(join(work, 'workloads', `${stored.id}.json`), JSON.stringify(stored));
	await writeFile(join(work, 'workloads', `${stored.id}.bin`), numbers);
}

/** The text as it is compared. @param {string} root @param {Task} task */
export async function experiment(root, task) {
	const file = join(root, `crates/book/experiments/${task.experiment}.toml`);
	return compared(await readFile(file, 'utf8'), task);
}

/**
 * @param {Record<string, any>} wasm
 * @param {any} data
 * @param {Plan} plan
 * @param {Task} task
 * @param {string} text
 */
async function workload(wasm, data, plan, task, text) {
	const { batch } = task;
	const { ok, summary, problems } = wasm['check'](text);
	if (!ok) throw new Error(`${task.experiment}: ${JSON.stringify(problems)}`);
	const written = stated(text);
	const session = new wasm['Session'](text, data);
	const weights = inOrder(tensors(await session.weights()), summary.layers, written.layers);
	session.free();
	const rows = data.state().train.rows;
	const ordered = wasm['order'](summary.seed, 0, rows);
	// A run of ours goes no further than its epoch.
	const batches = Math.min(plan.batches, Math.floor(rows / batch));
	const source = /** @type {Dataset} */ (written.data['name']);
	const options = { num_words: Number(written.data['num_words']), maxlen: Number(written.data['maxlen']) };
	const { inputs, labels } =
		source === 'imdb'
			? texts(
					await readFile(join(plan.work, `data/${source}.parcel`)),
					options,
					ordered.subarray(0, batches * batch)
				)
			: pictures(data, summary.input, ordered.subarray(0, batches * batch));
	/** @type {Stored} */
	const stored = {
		...task,
		data: source,
		...(source === 'imdb' && { maxlen: options.maxlen }),
		seed: summary.seed,
		text,
		shape: summary.input,
		layers: summary.layers.map(plain),
		parameters: summary.parameters,
		loss: summary.loss,
		optimizer: optimizer(written.training['optimizer'], summary.learning_rate),
		batches,
		weights: weights.map(({ values: _, ...weight }) => weight)
	};
	await write(plan, stored, packed(weights, inputs, labels));
}

/** @param {any} data @param {number[]} shape @param {Uint32Array} order */
function pictures(data, shape, order) {
	const size = shape.reduce((all, one) => all * one, 1);
	const inputs = new Uint8Array(order.length * size);
	const labels = new Uint8Array(order.length);
	order.forEach((from, row) => {
		const picture = data.wall('train', from, 1);
		inputs.set(picture.pixels, row * size);
		labels[row] = picture.labels[0];
	});
	return { inputs, labels };
}

/** @param {Uint8Array} parcel @param {{ num_words: number, maxlen: number }} options @param {Uint32Array} order */
function texts(parcel, options, order) {
	const all = reviews(parcel, options);
	const inputs = new Uint16Array(order.length * options.maxlen);
	const labels = new Uint8Array(order.length);
	order.forEach((from, row) => {
		inputs.set(all.ids(from), row * options.maxlen);
		labels[row] = all.label(from);
	});
	return { inputs, labels };
}

/**
 * @param {{ type: string, activation: string, settings: { name: string, value: string }[] }} layer
 * @returns {Layer}
 */
function plain({ type, activation, settings }) {
	return { type, activation, settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])) };
}

/**
 * Reads a safetensors file: length of the header, header, numbers.
 * @param {Uint8Array} file
 * @returns {Tensor[]}
 */
function tensors(file) {
	const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
	/** @type {Record<string, { shape: number[], data_offsets: [number, number] }>} */
	const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
	delete header['__metadata__'];
	return Object.entries(header).map(
		([
			name,
			{
				shape,
				data_offsets: [from, to]
			}
		]) => {
			const values = new Float32Array(file.slice(8 + length + from, 8 + length + to).buffer);
			return { name, shape, values };
		}
	);
}

/** Weights of a layer in the order in which it uses them. */
const KINDS = ['embeddings', 'kernel', 'recurrent_kernel', 'bias'];

/**
 * In the order in which the layers use them, with their constraints.
 * @param {Tensor[]} weights
 * @param {{ name: string, parameters: number }[]} layers
 * @param {Table[]} written -- the same layers in the text
 */
function inOrder(weights, layers, written) {
	const found = layers.flatMap(({ name }, at) =>
		KINDS.flatMap((kind) => {
			const weight = weights.find((one) => one.name === `${name}/${kind}`);
			const max_norm = kind === 'kernel' ? largestNorm(written[at]?.['kernel_constraint']) : undefined;
			return weight ? [{ ...weight, ...(max_norm !== undefined && { max_norm }) }] : [];
		})
	);
	if (found.length !== weights.length || written.length !== layers.length)
		throw new Error(`weights that the bench cannot place: ${weights.map(({ name }) => name).join(', ')}`);
	return found;
}
