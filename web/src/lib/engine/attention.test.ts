// The formulas against Keras's numbers, which the engine's own are held against, too.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attend, attentionsOf, fieldsOf, normalized, type Layer, type Sheet } from './attention';
import { readModel, type Tensor } from './safetensors';

type Stored = { shape: number[]; data: number[] };
type Case = {
	name: string;
	config: Record<string, number | boolean>;
	input: Stored;
	output: Stored;
	weights: Record<string, Stored>;
};
const casesOf = (file: string): Case[] =>
	JSON.parse(readFileSync(new URL(`../../../../tests/reference/${file}.json`, import.meta.url), 'utf8'))
		.cases;
const tensor = ({ shape, data }: Stored): Tensor => ({ shape, values: Float32Array.from(data) });
/** One row of a case's input or output. */
function row({ shape, data }: Stored, at: number): Sheet {
	const [, steps = 0, features = 0] = shape;
	const size = steps * features;
	return { steps, features, values: Float64Array.from(data.slice(at * size, (at + 1) * size)) };
}
const close = (found: Sheet, wanted: Sheet, name: string) =>
	wanted.values.forEach((value, at) => expect(found.values[at], `${name}, ${at}`).toBeCloseTo(value, 4));

describe('as Keras does it', () => {
	const attention = casesOf('layers_sequence').filter(({ name }) => name.startsWith('attention_'));
	it.each(attention.map((one) => [one.name, one] as const))('%s', (name, one) => {
		const tensors = new Map(Object.entries(one.weights).map(([key, stored]) => [key, tensor(stored)]));
		const causal = one.config['use_causal_mask'] === true;
		for (let at = 0; at < (one.input.shape[0] ?? 0); at++) {
			const x = row(one.input, at);
			const { y, shares, heads } = attend(x, (key) => tensors.get(key), causal);
			close(y, row(one.output, at), name);
			expect(heads).toBe(one.config['num_heads']);
			for (let line = 0; line < heads * x.steps; line++) {
				const of = shares.subarray(line * x.steps, (line + 1) * x.steps);
				expect(of.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
				if (causal) expect([...of.subarray((line % x.steps) + 1)].every((share) => share === 0)).toBe(true);
			}
		}
	});
	it('layer normalization', () => {
		const one = casesOf('layers_norm').find(({ name }) => name === 'layer_normalization_sequences');
		expect(one).toBeDefined();
		const epsilon = Number(one!.config['epsilon'] ?? 1e-3);
		const [gamma, beta] = ['gamma', 'beta'].map((key) => Float32Array.from(one!.weights[key]?.data ?? []));
		close(normalized(row(one!.input, 0), gamma!, beta!, epsilon), row(one!.output, 0), 'layer normalization');
	});
});

const LAYERS = `
[data]
name = "alice"
[[layers]]
type = "Embedding"
input_dim = 43
[[layers]]
type = "MultiHeadAttention"
use_causal_mask = true
[[layers]]
type = "TimeDistributed"
layer = { type = "Dense", units = 2, activation = "gelu" }
[training]
epochs = 3
`;

it('fields of layers are read as they stand in the text', () => {
	expect(fieldsOf(LAYERS)).toEqual([
		{ type: '"Embedding"', input_dim: '43' },
		{ type: '"MultiHeadAttention"', use_causal_mask: 'true' },
		{ type: '"TimeDistributed"', layer: '{ type = "Dense", units = 2, activation = "gelu" }' }
	]);
});

it('layers are followed up to the last attention, and no further than they are known', () => {
	const t = (shape: number[], ...data: number[]): Tensor => tensor({ shape, data });
	const tensors = new Map<string, Tensor>([
		['e/embeddings', t([3, 1], 0, 1, 2)],
		['d/kernel', t([1, 1], 2)],
		['a/query/kernel', t([1, 1, 1], 0)],
		['a/key/kernel', t([1, 1, 1], 1)],
		['a/value/kernel', t([1, 1, 1], 1)],
		['a/attention_output/kernel', t([1, 1, 1], 1)]
	]);
	const layers: Layer[] = [
		{ name: 'e', type: 'Embedding', inputs: ['x'], fields: {} },
		{
			name: 'd',
			type: 'TimeDistributed',
			inputs: ['e'],
			fields: { layer: '{ type = "Dense", activation = "relu" }' }
		},
		{ name: 'a', type: 'MultiHeadAttention', inputs: ['d'], fields: { use_causal_mask: 'true' } },
		{ name: 'f', type: 'Flatten', inputs: ['a'], fields: {} }
	];
	const [found] = attentionsOf(layers, tensors, [0, 1, 2]);
	// Queries of zero: every step looks at all that it may see alike.
	expect(found).toMatchObject({ name: 'a', heads: 1, steps: 3 });
	expect([...(found?.shares ?? [])].map((share) => +share.toFixed(3))).toEqual([
		1, 0, 0, 0.5, 0.5, 0, 0.333, 0.333, 0.333
	]);
	const strange = layers.map((layer) => (layer.name === 'd' ? { ...layer, type: 'LSTM' } : layer));
	expect(attentionsOf(strange, tensors, [0, 1, 2])).toEqual([]);
	expect(attentionsOf(layers.slice(0, 2), tensors, [0])).toEqual([]);
});

describe('a model file', () => {
	const file = (header: string | object, data: Float32Array = new Float32Array([1, 2])): ArrayBuffer => {
		const head = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
		const all = new Uint8Array(8 + head.length + data.byteLength);
		new DataView(all.buffer).setBigUint64(0, BigInt(head.length), true);
		all.set(head, 8);
		all.set(new Uint8Array(data.buffer), 8 + head.length);
		return all.buffer;
	};
	const meta = { __metadata__: { fireside: '{"experiment":"id = 1"}' } };
	const good = { ...meta, a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } };

	it('is read', () => {
		const { text, tensors } = readModel(file(good));
		expect(text).toBe('id = 1');
		expect(tensors.get('a')).toEqual({ shape: [2], values: new Float32Array([1, 2]) });
		const shipped = readFileSync(new URL('../../../../static/models/cifar10.safetensors', import.meta.url));
		const real = readModel(Uint8Array.from(shipped).buffer);
		expect(real.text).toContain('CIFAR-SHIPPED');
		expect(real.tensors.get('batch_normalization_1/gamma')?.shape).toEqual([32]);
	});
	it.each([
		['nothing', new ArrayBuffer(3)],
		['a header beyond the end', new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255, 0]).buffer],
		['no JSON', file('{')],
		['no object', file('null')],
		['no experiment', file({ a: good.a })],
		['another type', file({ ...meta, a: { ...good.a, dtype: 'F64' } })],
		['offsets that do not fit the shape', file({ ...meta, a: { ...good.a, data_offsets: [0, 4] } })],
		['offsets beyond the end', file({ ...meta, a: { ...good.a, data_offsets: [8, 16] } })],
		['a negative axis', file({ ...meta, a: { ...good.a, shape: [-2] } })]
	])('is refused: %s', (_, bytes) => {
		expect(() => readModel(bytes)).toThrow(/model file/);
	});
});
