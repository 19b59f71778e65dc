import { describe, expect, it } from 'vitest';
import { readModel } from './model-file';
import { networkOf, pullBack, run, slopeOf, type Network } from './network';
import { layerText, modelFile, numbers, reference, type Given } from './testdata';

// Numbers of PyTorch, Keras 3 and NumPy in float64, which agree: `tests/reference/README.md`.
type Case = {
	name: string;
	class_name: string;
	dialect?: string;
	config: Record<string, unknown>;
	input: Given;
	weights: Record<string, Given>;
	upstream: Given;
	output: Given;
	input_gradient?: Given;
};
const cases = ['layers', 'layers_conv1d', 'layers_pool', 'layers_sequence', 'layers_activation'].flatMap(
	(name) => (reference(name) as { cases: Case[] }).cases
);
const KNOWN =
	/^(Dense|Conv1D|MaxPooling1D|AveragePooling1D|GlobalMaxPooling1D|GlobalAveragePooling1D|Bidirectional|Activation)$/;
/** Sequences and vectors, through layers that networks on words have. */
const ours = cases.filter(({ class_name, input, input_gradient, config }) => {
	const curve = String(config['activation'] ?? 'linear');
	const strange = config['groups'] !== undefined || config['merge_mode'] === 'mul';
	const known = ['linear', 'relu', 'tanh', 'sigmoid', 'hard_sigmoid', 'softmax'].includes(curve);
	return KNOWN.test(class_name) && input.shape.length <= 3 && input_gradient && known && !strange;
});

/** Keras's description of a layer within a layer, as a text of ours has it. */
function written(config: Record<string, unknown>): Record<string, unknown> {
	const inner = config['layer'] as { class_name: string; config: Record<string, unknown> } | undefined;
	return inner ? { ...config, layer: { type: inner.class_name, ...inner.config } } : config;
}

/** One row's vectors as a table of its own, read word by word, and the layer behind it. */
function passed(one: Case, at: number) {
	const { shape, data } = one.input;
	const size = data.length / (shape[0] ?? 1);
	const width = shape.at(-1) ?? 1;
	const steps = size / width;
	const text =
		`dialect = "${one.dialect ?? 'keras2'}"\nseed = 7\n` +
		layerText('Embedding', { input_dim: steps, output_dim: width }) +
		layerText(one.class_name, written(one.config));
	const own = Object.entries(one.weights).map(([name, given]) => [`layer/${name}`, given] as const);
	const table = { shape: [steps, width], data: data.slice(at * size, (at + 1) * size) };
	const file = modelFile(text, { 'embedding_1/embeddings': table, ...Object.fromEntries(own) });
	const network = networkOf(readModel(file), [
		{ name: 'embedding_1', type: 'Embedding' },
		{ name: 'layer', type: one.class_name }
	]);
	return {
		network,
		pass: run(
			network,
			Uint32Array.from({ length: steps }, (_, id) => id)
		)
	};
}
const row = ({ shape, data }: Given, at: number) => {
	const size = data.length / (shape[0] ?? 1);
	return Float32Array.from(data.slice(at * size, (at + 1) * size));
};
function close(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
	expect(found.length).toBe(wanted.length);
	expect(Math.max(...Array.from(found, (value, at) => Math.abs(value - wanted[at]!)))).toBeLessThan(2e-5);
}

describe('a layer of a network on words', () => {
	it('is met in cases of every kind', () => {
		const kinds = new Set(ours.map(({ class_name }) => class_name));
		expect([kinds.size, ours.length >= 45]).toEqual([8, true]);
	});
	it.each(ours.map((one) => [one.name, one] as const))('gives what Keras gives: %s', (_, one) => {
		for (let at = 0; at < (one.input.shape[0] ?? 0); at += 1) {
			const { network, pass } = passed(one, at);
			close(pass.output, row(one.output, at));
			if (one.input_gradient)
				close(pullBack(network, pass, row(one.upstream, at), false), row(one.input_gradient, at));
		}
	});
});

const STACK =
	'dialect = "keras2"\nseed = 7\n# a comment with [brackets]\n[data]\nname = "imdb" # here\nmaxlen = 9\n' +
	layerText('Embedding', { input_dim: 12, output_dim: 3, mask_zero: false }) +
	layerText('Conv1D', { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }) +
	layerText('MaxPooling1D', { pool_size: 2 }) +
	layerText('Dropout', { rate: 0.2 }) +
	layerText('LSTM', { units: 5, return_sequences: true }) +
	layerText('GRU', { units: 3, recurrent_initializer: { name: 'orthogonal', gain: 1 } }) +
	layerText('Dense', { units: 1, activation: 'sigmoid' }) +
	'\n[training]\nloss = "binary_crossentropy"\n';
const NAMED = ['Embedding', 'Conv1D', 'MaxPooling1D', 'Dropout', 'LSTM', 'GRU', 'Dense'].map((type) => ({
	name: type.toLowerCase(),
	type
}));
const TENSORS = {
	'embedding/embeddings': numbers(1, 12, 3),
	'conv1d/kernel': numbers(2, 3, 3, 4),
	'conv1d/bias': numbers(3, 4),
	'lstm/kernel': numbers(4, 4, 20),
	'lstm/recurrent_kernel': numbers(5, 5, 20),
	'lstm/bias': numbers(6, 20),
	'gru/kernel': numbers(7, 5, 9),
	'gru/recurrent_kernel': numbers(8, 3, 9),
	'gru/bias': numbers(9, 9),
	'dense/kernel': numbers(10, 3, 1),
	'dense/bias': numbers(11, 1)
};

describe('a whole network', () => {
	const ids = Uint32Array.from([0, 3, 7, 1, 11, 2, 5, 8, 4]);
	/** What becomes of a score where one number of the table changes a little. */
	function differ(network: Network, slope: Float32Array, output: number): void {
		const { values } = network.table;
		ids.forEach((id, step) => {
			for (let at = 0; at < 3; at += 1) {
				const place = id * 3 + at;
				const old = values[place] ?? 0;
				const score = (value: number) => {
					values[place] = value;
					return run(network, ids).scores[output] ?? NaN;
				};
				const difference = (score(old + 0.002) - score(old - 0.002)) / 0.004;
				values[place] = old;
				expect(slope[step * 3 + at]).toBeCloseTo(difference, 3);
			}
		});
	}
	it('has the slope that differences find', () => {
		const network = networkOf(readModel(modelFile(STACK, TENSORS)), NAMED);
		const pass = run(network, ids);
		expect(pass.output[0]).toBeCloseTo(1 / (1 + Math.exp(-(pass.scores[0] ?? NaN))), 6);
		const slope = slopeOf(network, pass, 0);
		differ(network, slope, 0);
		expect(Math.max(...slope.map(Math.abs))).toBeGreaterThan(1e-3);
	});
	it.each([1, -1])('that forks and is joined along axis %s has the slope that differences find', (axis) => {
		const [narrow, wide] = [
			{ filters: 4, kernel_size: 3, padding: 'same' },
			{ filters: 4, kernel_size: 2, padding: 'same', activation: 'tanh' }
		];
		const text =
			layerText('Embedding', { input_dim: 12, output_dim: 3 }) +
			layerText('Conv1D', { name: 'three', inputs: ['words'], ...narrow }) +
			layerText('Conv1D', { name: 'two', inputs: ['words'], ...wide }) +
			layerText('Concatenate', { inputs: ['three', 'two'], axis }) +
			layerText('GlobalMaxPooling1D', {}) +
			layerText('Dense', { units: 2, activation: 'softmax' });
		const named = [
			'words Embedding',
			'three Conv1D',
			'two Conv1D',
			'c Concatenate',
			'g GlobalMaxPooling1D',
			'd Dense'
		].map((both) => ({ name: both.split(' ')[0] ?? '', type: both.split(' ')[1] ?? '' }));
		const tensors = {
			'words/embeddings': numbers(1, 12, 3),
			'three/kernel': numbers(2, 3, 3, 4),
			'two/kernel': numbers(3, 2, 3, 4),
			'd/kernel': numbers(4, axis === 1 ? 4 : 8, 2)
		};
		const network = networkOf(readModel(modelFile(text, tensors)), named);
		const pass = run(network, ids);
		expect(pass.memories.map(({ after }) => [after.steps, after.features]).slice(2, 4)).toEqual(
			axis === 1
				? [
						[18, 4],
						[1, 4]
					]
				: [
						[9, 8],
						[1, 8]
					]
		);
		differ(network, slopeOf(network, pass, 1), 1);
	});
	it('is refused by the name of what is not known, and not shown wrong', () => {
		const other = STACK.replace('"GRU"', '"MultiHeadAttention"');
		const named = NAMED.map((one) => (one.type === 'GRU' ? { ...one, type: 'MultiHeadAttention' } : one));
		expect(() => networkOf(readModel(modelFile(other, TENSORS)), named)).toThrow(/words_layer.*MultiHead/);
		expect(() => networkOf(readModel(modelFile(STACK, TENSORS)), NAMED.slice(1))).toThrow('words_model');
		const data = STACK.replace('units = 3', 'units = 3\ninputs = ["data"]');
		expect(() => networkOf(readModel(modelFile(data, TENSORS)), NAMED)).toThrow('words_layer');
		const curve = STACK.replace('"sigmoid"', '"selu"');
		expect(() => networkOf(readModel(modelFile(curve, TENSORS)), NAMED)).toThrow(/Dense \(selu\)/);
	});
});

describe('a model file', () => {
	const file = modelFile(STACK, TENSORS);
	it('is refused where it is cut, or says what is not so', () => {
		for (const length of [0, 4, 8, 40, file.byteLength - 1])
			expect(() => readModel(file.slice(0, length))).toThrow('words_model');
		const changed = (from: string, to: string) => {
			const bytes = new Uint8Array(file.slice(0));
			const text = new TextDecoder('latin1').decode(bytes);
			const at = text.indexOf(from);
			expect(at).toBeGreaterThan(0);
			bytes.set(new TextEncoder().encode(to), at);
			return bytes.buffer;
		};
		for (const [from, to] of [
			['"F32"', '"F64"'],
			['[12,3]', '[13,3]'],
			['fireside', 'fireaway'],
			['{"__meta', '["__meta'],
			['[0,144]', '[9,144]']
		] as const)
			expect(() => readModel(changed(from, to))).toThrow('words_model');
		const bytes = new Uint8Array(file.slice(0));
		bytes.fill(255, 0, 8);
		expect(() => readModel(bytes.buffer)).toThrow('words_model');
	});
	it('of another shape than its text is refused', () => {
		const wrong = { ...TENSORS, 'embedding/embeddings': numbers(1, 36) };
		expect(() => networkOf(readModel(modelFile(STACK, wrong)), NAMED)).toThrow('words_model');
		const lost = Object.fromEntries(Object.entries(TENSORS).filter(([name]) => name !== 'gru/kernel'));
		expect(() => networkOf(readModel(modelFile(STACK, lost)), NAMED)).toThrow(/words_model.*gru/);
	});
});
