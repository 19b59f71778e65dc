// A network on words, worked out in this language from the weights of its model file: what every layer gives for one row of
// ids, and the gradient of a score by what any layer gave. It knows the layers that networks on words are made of, in a
// chain; others are refused by name, and then nothing is shown rather than something wrong.

import { fail } from '../failure';
import { within } from '../insight-engine';
import { readText, type ExperimentText, type Fields } from './experiment-text';
import {
	conv,
	dense,
	pool,
	pooling,
	summing,
	unknown,
	word,
	type Inside,
	type Layer,
	type Memory,
	type Sheet
} from './layers';
import { bidirectional, recurrent } from './memory-layers';
import type { ModelFile } from './model-file';

/** A layer and what it reads: places in the list, -1 is the Embedding. Several are joined first. */
export type Node = Layer & { sources: number[]; join: Join | null };
export type Network = {
	text: ExperimentText;
	/** The table: `rows` x `width`. */
	table: { values: Float32Array; rows: number; width: number; layer: string; maskZero: boolean };
	/** All after the Embedding, each behind those that it reads. */
	layers: Node[];
};
export type Pass = {
	/** What the Embedding gave. */
	embedded: Sheet;
	memories: Memory[];
	/** What the network says, and its scores before softmax or sigmoid. */
	output: Float32Array;
	scores: Float32Array;
};

/** More numbers than any network of the book. */
const MOST_NUMBERS = 64 << 20;

/** At rest it gives what it gets, in another shape perhaps. */
function same(shape: (x: Sheet) => Sheet = (x) => x): Pick<Layer, 'run' | 'pull'> {
	return {
		run: (before) => ({ before, after: shape(before), sums: null, traces: [] }),
		pull: (_, gradient) => gradient
	};
}

function layerOf(type: string, fields: Fields, inside: Inside): Partial<Layer> & Pick<Layer, 'run' | 'pull'> {
	switch (type) {
		case 'Dense':
			return dense(fields, inside);
		case 'Conv1D':
			return conv(fields, inside);
		case 'LSTM':
		case 'GRU':
		case 'SimpleRNN':
			return recurrent(type, fields, inside);
		case 'Bidirectional':
			return bidirectional(fields, inside);
		case 'MaxPooling1D':
		case 'AveragePooling1D':
			return pooling(fields, type === 'MaxPooling1D');
		case 'GlobalMaxPooling1D':
			return pool(true, (steps) => [{ from: 0, to: steps }]);
		case 'GlobalAveragePooling1D':
			return pool(false, (steps) => [{ from: 0, to: steps }]);
		case 'Concatenate':
		case 'Add':
		case 'Dropout':
		case 'SpatialDropout1D':
			return same();
		case 'Flatten':
			return same(({ values }) => ({ values, steps: 1, features: values.length, mask: null }));
		case 'Activation':
			return summing(
				type,
				word(fields, 'activation', 'linear'),
				inside,
				(x) => x,
				(_, gradient) => gradient
			);
		default:
			throw unknown(type);
	}
}

/** How a layer makes one sheet of several, and shares a gradient of it out again. */
export type Join = {
	of(sheets: Sheet[]): Sheet;
	split(sheets: Sheet[], gradient: Float32Array): Float32Array[];
};

function joined(type: string, fields: Fields): Join | null {
	if (type === 'Add') {
		return {
			of: ([first, ...more]) => {
				if (!first || more.some(({ values }) => values.length !== first.values.length)) throw unknown(type);
				return {
					...first,
					values: first.values.map((value, at) => more.reduce((sum, one) => sum + one.values[at]!, value))
				};
			},
			split: (sheets, gradient) => sheets.map(() => gradient)
		};
	}
	if (type !== 'Concatenate') return null;
	const along = fields['axis'] ?? -1;
	const places = (sheets: Sheet[]) => {
		const rows = (along === 1 || along === -2) && sheets.some(({ steps }) => steps > 1);
		const [steps, features] = [sheets.map((one) => one.steps), sheets.map((one) => one.features)];
		const same = rows ? features : steps;
		if (same.some((size) => size !== same[0])) throw unknown(type);
		const sum = (sizes: number[]) => sizes.reduce((a, b) => a + b, 0);
		const wide = rows ? (features[0] ?? 0) : sum(features);
		let before = 0;
		/** Of each sheet, where its number `at` stands in the joined one. */
		const place = sheets.map((sheet) => {
			const start = before;
			before += rows ? sheet.values.length : sheet.features;
			return (at: number) =>
				rows ? start + at : Math.floor(at / sheet.features) * wide + start + (at % sheet.features);
		});
		return { place, steps: rows ? sum(steps) : (steps[0] ?? 0), features: wide };
	};
	return {
		of: (sheets) => {
			const { place, steps, features } = places(sheets);
			const values = new Float32Array(steps * features);
			sheets.forEach((sheet, which) =>
				sheet.values.forEach((value, at) => (values[place[which]!(at)] = value))
			);
			return { values, steps, features, mask: null };
		},
		split: (sheets, gradient) => {
			const { place } = places(sheets);
			return sheets.map(({ values }, which) => values.map((_, at) => gradient[place[which]!(at)]!));
		}
	};
}

/** `named`: the layers of the checked text, in order. The first one must be an Embedding. */
export function tableOf(
	file: ModelFile,
	named: readonly { name: string; type: string }[]
): Pick<Network, 'text' | 'table'> {
	const { experiment } = file.about;
	if (typeof experiment !== 'string') throw fail('words_model', { reason: 'experiment' });
	const text = readText(experiment);
	const [first] = named;
	const fits =
		text.layers.length === named.length && text.layers.every(({ type }, at) => type === named[at]?.type);
	if (!fits) throw fail('words_model', { reason: 'layers' });
	let total = 0;
	for (const { values } of file.tensors.values()) total += values.length;
	if (total > MOST_NUMBERS) throw fail('words_model', { reason: 'size' });
	const found = file.tensors.get(`${first?.name}/embeddings`);
	const [rows = 0, width = 0, ...more] = found?.shape ?? [];
	if (!first || first.type !== 'Embedding') throw fail('words_no_embedding', {});
	if (!found || rows * width === 0 || more.length > 0) throw fail('words_model', { reason: first.name });
	const maskZero = text.layers[0]?.['mask_zero'] === true;
	return { text, table: { values: found.values, rows, width, layer: first.name, maskZero } };
}

export function networkOf(file: ModelFile, named: readonly { name: string; type: string }[]): Network {
	const { text, table } = tableOf(file, named);
	const layers = named.slice(1).map(({ name, type }, at): Node => {
		const fields = text.layers[at + 1] ?? {};
		const given = fields['inputs'] ?? [named[at]?.name ?? ''];
		const sources = (Array.isArray(given) ? given : []).map((source) =>
			named.slice(0, at + 1).findIndex((other) => other.name === source)
		);
		// A layer may read the data itself.
		if (sources.length === 0 || sources.includes(-1)) throw unknown(name);
		const join = joined(type, fields);
		if (!join && sources.length > 1) throw unknown(name);
		// What Keras 3 makes of padding in a mean is left to the engine.
		if (table.maskZero && type.includes('Average')) throw unknown(`${type} (mask_zero)`);
		const inside: Inside = {
			dialect: text.dialect,
			has: (tensor) => file.tensors.has(`${name}/${tensor}`),
			tensor: (tensor, axes) => {
				const found = file.tensors.get(`${name}/${tensor}`);
				if (!found || (axes > 0 && found.shape.length !== axes))
					throw fail('words_model', { reason: `${name}/${tensor}` });
				return found.values;
			}
		};
		return {
			name,
			type,
			sources: sources.map((source) => source - 1),
			join,
			cells: [],
			pullSums: null,
			...layerOf(type, fields, inside)
		};
	});
	return { text, table, layers };
}

export function embed({ table }: Network, ids: Uint32Array): Sheet {
	const { values, rows, width, maskZero } = table;
	const found = new Float32Array(ids.length * width);
	ids.forEach((id, step) => {
		const at = within(id, 0, rows - 1) * width;
		found.set(values.subarray(at, at + width), step * width);
	});
	const mask = maskZero ? Uint8Array.from(ids, (id) => (id === 0 ? 0 : 1)) : null;
	return { values: found, steps: ids.length, features: width, mask };
}

export function run(network: Network, ids: Uint32Array): Pass {
	const embedded = embed(network, ids);
	const memories: Memory[] = [];
	for (const layer of network.layers) {
		const read = layer.sources.map((source) => memories[source]?.after ?? embedded);
		memories.push(layer.run(layer.join ? layer.join.of(read) : (read[0] ?? embedded)));
	}
	const last = memories.at(-1);
	const output = (last?.after ?? embedded).values;
	return { embedded, memories, output, scores: last?.sums ?? output };
}

/** From a gradient of what the network says, or of its scores, to one of what the Embedding gave. */
export function pullBack(
	{ layers }: Network,
	{ embedded, memories }: Pass,
	upstream: Float32Array,
	ofScores: boolean
): Float32Array {
	const found = new Float32Array(embedded.values.length);
	const gradients = memories.map(({ after }) => new Float32Array(after.values.length));
	gradients.at(-1)?.set(upstream);
	for (let index = layers.length - 1; index >= 0; index -= 1) {
		const [layer, memory, gradient] = [layers[index]!, memories[index]!, gradients[index]!];
		const sums = ofScores && index === layers.length - 1 ? layer.pullSums : null;
		const pulled = sums ? sums(memory, gradient) : layer.pull(memory, gradient);
		const read = layer.sources.map((source) => memories[source]?.after ?? embedded);
		const parts = layer.join ? layer.join.split(read, pulled) : [pulled];
		layer.sources.forEach((source, at) => {
			const to = gradients[source] ?? found;
			parts[at]?.forEach((value, place) => (to[place]! += value));
		});
	}
	return found;
}

/** Gradient of score `output` by what the Embedding gave: steps x features. */
export function slopeOf(network: Network, pass: Pass, output: number): Float32Array {
	const upstream = new Float32Array(pass.scores.length);
	upstream[output] = 1;
	return pullBack(network, pass, upstream, true);
}
