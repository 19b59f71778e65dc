// Makes the files of the workloads from our own CPU engine: text, initial weights and batches, the same for all.

/** @import { Layer, Tensor } from './types.ts' */
/** @import { Plan } from './prepare.js' */
/** @import { Stored } from './workloads.js' */

import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dataset } from './engines/ours.js';
import { bytes } from './place.js';
import { compared, packed } from './workloads.js';

/**
 * Weights and batches of every workload, from our own CPU engine.
 * @param {Plan} plan
 */
export async function store(plan) {
	const place = { base: pathToFileURL(`${plan.work}/`).href, host: /** @type {const} */ ('node') };
	const at = (/** @type {string} */ file) => new URL(`ours/cpu/${file}`, place.base);
	/** @type {Record<string, any>} */
	const wasm = await import(at('fireside.js').href);
	await wasm['default']({ module_or_path: bytes(at('fireside_bg.wasm')) });
	await wasm['open'](() => {});
	const files = plan.data.map((path) => basename(path));
	const data = await dataset(wasm, place);
	const state = data.state();
	for (const { id, experiment, batch } of plan.workloads) {
		const book = join(plan.root, `crates/book/experiments/${experiment}.toml`);
		const text = compared(await readFile(book, 'utf8'), batch);
		const { ok, summary, problems } = wasm['check'](text);
		if (!ok) throw new Error(`${experiment}: ${JSON.stringify(problems)}`);
		const session = new wasm['Session'](text, data);
		const weights = inOrder(tensors(await session.weights()), summary.layers);
		session.free?.();
		const rows = state.train.rows;
		const ordered = wasm['order'](summary.seed, 0, rows);
		// A run of ours goes no further than its epoch.
		const batches = Math.min(plan.batches, Math.floor(rows / batch));
		const pixels = new Uint8Array(batches * batch * 784);
		const labels = new Uint8Array(batches * batch);
		for (let row = 0; row < labels.length; row++) {
			const picture = data.wall('train', ordered[row], 1);
			pixels.set(picture.pixels, row * 784);
			labels[row] = picture.labels[0];
		}
		/** @type {Stored} */
		const stored = {
			id,
			experiment,
			batch,
			seed: summary.seed,
			text,
			layers: summary.layers.map(plain),
			parameters: summary.parameters,
			learningRate: summary.learning_rate,
			batches,
			files,
			weights: weights.map(({ name, shape }) => ({ name, shape })),
			pixels: 784
		};
		await writeFile(join(plan.work, 'workloads', `${id}.json`), JSON.stringify(stored));
		await writeFile(join(plan.work, 'workloads', `${id}.bin`), packed(weights, pixels, labels));
	}
	return { name: String(state.name), origin: String(state.origin), sha256: String(state.checksum) };
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

/**
 * In the order in which the layers use them: kernel, bias.
 * @param {Tensor[]} weights
 * @param {{ name: string, parameters: number }[]} layers
 */
function inOrder(weights, layers) {
	return layers
		.filter(({ parameters }) => parameters > 0)
		.flatMap((layer) => ['kernel', 'bias'].map((kind) => `${layer.name}/${kind}`))
		.map((name) => {
			const found = weights.find((weight) => weight.name === name);
			if (!found) throw new Error(`there is no weight ${name}`);
			return found;
		});
}
