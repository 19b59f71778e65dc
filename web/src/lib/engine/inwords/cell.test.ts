import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CURVES, pullCell, runCell, type Cell, type Kind } from './cell';

// Numbers of PyTorch, Keras 3 and NumPy in float64, which agree: `tests/reference/README.md`.
type Given = { shape: number[]; data: number[] };
type Case = {
	name: string;
	class_name: Kind;
	dialect: 'keras2' | 'keras3';
	config: Record<string, unknown>;
	input: Given;
	weights: Record<string, Given>;
	upstream: Given;
	output: Given;
	last_state: Given[];
	input_gradient: Given;
	[more: string]: unknown;
};
const file = new URL('../../../../../tests/reference/recurrent.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
/** Those that begin with nothing in mind and drop nothing: a network at rest. */
const plain = cases.filter((one) => !one['state'] && !one['input_masks'] && !one['recurrent_masks']);

function cellOf(one: Case): Cell {
	const { config, weights, dialect } = one;
	const named = (field: string, usual: string) => {
		const name = String(config[field] ?? usual);
		return CURVES[(name === 'hard_sigmoid' ? (dialect === 'keras2' ? 'hard2' : 'hard3') : name) as 'tanh'];
	};
	const values = (name: string) => Float32Array.from(weights[name]?.data ?? []);
	return {
		kind: one.class_name,
		units: Number(config['units']),
		inputs: one.input.shape[2] ?? 0,
		kernel: values('kernel'),
		recurrent: values('recurrent_kernel'),
		bias: weights['bias'] ? values('bias') : null,
		activation: named('activation', 'tanh'),
		gate: named('recurrent_activation', dialect === 'keras2' ? 'hard_sigmoid' : 'sigmoid'),
		resetAfter: Boolean(config['reset_after'] ?? (one.class_name === 'GRU' && dialect === 'keras3')),
		backwards: Boolean(config['go_backwards'])
	};
}
const row = ({ shape, data }: Given, at: number) => {
	const size = data.length / (shape[0] ?? 1);
	return Float32Array.from(data.slice(at * size, (at + 1) * size));
};
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
	expect(a.length).toBe(b.length);
	return Math.max(0, ...Array.from(a, (value, at) => Math.abs(value - (b[at] ?? NaN))));
};

describe('a recurrent cell', () => {
	it('has cases of every kind, both dialects and both ways', () => {
		expect(plain.length).toBeGreaterThanOrEqual(17);
		expect(new Set(plain.map((one) => one.class_name + one.dialect)).size).toBeGreaterThanOrEqual(5);
	});
	it.each(plain.map((one) => [one.name, one] as const))('gives what Keras gives: %s', (_, one) => {
		const cell = cellOf(one);
		const rows = one.input.shape[0] ?? 0;
		const masks = one['step_mask'] as Given | undefined;
		for (let at = 0; at < rows; at += 1) {
			const mask = masks ? Uint8Array.from(row(masks, at)) : null;
			const trace = runCell(cell, row(one.input, at), mask);
			const { h = new Float32Array(), c } = trace.parts;
			const last = cell.backwards ? 0 : trace.steps - 1;
			const end = (values: Float32Array) => values.slice(last * cell.units, (last + 1) * cell.units);
			const [state, memory] = one.last_state;
			if (state) expect(distance(end(h), row(state, at))).toBeLessThan(1e-5);
			if (memory && c) expect(distance(end(c), row(memory, at))).toBeLessThan(1e-5);
			const upstream = row(one.upstream, at);
			const gradient = new Float32Array(h.length);
			const sequences = Boolean(one.config['return_sequences']);
			// The output of a layer that reads backwards stands in the order in which it was read.
			for (let step = 0; step < trace.steps; step += 1) {
				const turn = cell.backwards ? trace.steps - 1 - step : step;
				const part = (values: Float32Array) => values.subarray(turn * cell.units, (turn + 1) * cell.units);
				if (sequences) {
					gradient.set(part(upstream), step * cell.units);
					const own = h.slice(step * cell.units, (step + 1) * cell.units);
					expect(distance(own, part(row(one.output, at)))).toBeLessThan(1e-5);
				}
			}
			if (!sequences) gradient.set(upstream, last * cell.units);
			const found = pullCell(cell, trace, gradient, mask);
			expect(distance(found, row(one.input_gradient, at))).toBeLessThan(2e-5);
		}
	});
});
