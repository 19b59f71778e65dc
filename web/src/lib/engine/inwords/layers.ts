// The layers that networks on words are made of, each with its way there and back: matrices, windows, pools. At rest, that is
// without dropout.

import { fail } from '../failure';
import { CURVES, type Cell, type Curve, type Trace } from './cell';
import type { Fields } from './experiment-text';

/** What a layer gives: steps x features, a vector has one step. `mask`: 0 where a step is padding. */
export type Sheet = { values: Float32Array; steps: number; features: number; mask: Uint8Array | null };
/** What a layer remembers for the way back. */
export type Memory = { before: Sheet; after: Sheet; sums: Float32Array | null; traces: Trace[] };
export type Layer = {
	name: string;
	type: string;
	/** Of a recurrent layer; two of one that reads both ways. */
	cells: Cell[];
	run(x: Sheet): Memory;
	/** From a gradient of what it gave, to one of what it got. */
	pull(memory: Memory, gradient: Float32Array): Float32Array;
	/** Where its activation comes last: from a gradient of the sums before it. */
	pullSums: ((memory: Memory, gradient: Float32Array) => Float32Array) | null;
};
export type Inside = {
	dialect: 'keras2' | 'keras3';
	tensor(name: string, axes: number): Float32Array;
	has(name: string): boolean;
};

export const unknown = (layer: string) => fail('words_layer', { layer });
export const whole = (fields: Fields, name: string, usual: number | null): number => {
	const given = fields[name] ?? usual;
	const [value] = Array.isArray(given) ? given : [given];
	if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
		throw fail('words_model', { reason: name });
	return value;
};
export const word = (fields: Fields, name: string, usual: string): string => {
	const value = fields[name] ?? usual;
	return typeof value === 'string' ? value : usual;
};

export function curveOf(name: string, dialect: Inside['dialect']): Curve | null {
	if (name === 'hard_sigmoid') return dialect === 'keras2' ? CURVES.hard2 : CURVES.hard3;
	const known: Record<string, Curve> = {
		linear: CURVES.linear,
		relu: CURVES.relu,
		tanh: CURVES.tanh,
		sigmoid: CURVES.sigmoid
	};
	return known[name] ?? null;
}

/** Softmax over the features of every step. */
function softmax(values: Float32Array, features: number): Float32Array {
	const found = new Float32Array(values.length);
	for (let base = 0; base < values.length; base += features) {
		const part = values.subarray(base, base + features);
		const most = part.reduce((a, b) => Math.max(a, b), -Infinity);
		let sum = 0;
		for (const value of part) sum += Math.exp(value - most);
		part.forEach((value, at) => (found[base + at] = Math.exp(value - most) / sum));
	}
	return found;
}

/** The sums through an activation, and the way back. */
function activated(name: string, type: string, dialect: Inside['dialect']) {
	if (name === 'softmax') {
		return {
			of: (sums: Float32Array, features: number) => softmax(sums, features),
			pull: (after: Sheet, gradient: Float32Array) => {
				const found = new Float32Array(gradient.length);
				for (let base = 0; base < gradient.length; base += after.features) {
					let mean = 0;
					for (let at = base; at < base + after.features; at += 1) mean += gradient[at]! * after.values[at]!;
					for (let at = base; at < base + after.features; at += 1)
						found[at] = after.values[at]! * (gradient[at]! - mean);
				}
				return found;
			}
		};
	}
	const curve = curveOf(name, dialect);
	if (!curve) throw unknown(`${type} (${name})`);
	return {
		of: (sums: Float32Array) => (curve === CURVES.linear ? sums : sums.map((value) => curve.of(value))),
		pull: (after: Sheet, gradient: Float32Array) =>
			gradient.map((value, at) => value * curve.slope(after.values[at]!))
	};
}

/** A layer that is linear before its activation. */
export function summing(
	type: string,
	activation: string,
	inside: Inside,
	sums: (x: Sheet) => Sheet,
	pull: (before: Sheet, gradient: Float32Array) => Float32Array
): Pick<Layer, 'run' | 'pull' | 'pullSums'> {
	const curve = activated(activation, type, inside.dialect);
	return {
		run: (before) => {
			const sheet = sums(before);
			const after = { ...sheet, values: curve.of(sheet.values, sheet.features) };
			return { before, after, sums: sheet.values, traces: [] };
		},
		pull: ({ before, after }, gradient) => pull(before, curve.pull(after, gradient)),
		pullSums: ({ before }, gradient) => pull(before, gradient)
	};
}

/** A matrix on every step. */
export function dense(fields: Fields, inside: Inside): Pick<Layer, 'run' | 'pull' | 'pullSums'> {
	const units = whole(fields, 'units', null);
	const kernel = inside.tensor('kernel', 2);
	const bias = inside.has('bias') ? inside.tensor('bias', 1) : null;
	return summing(
		'Dense',
		word(fields, 'activation', 'linear'),
		inside,
		(x) => {
			const values = new Float32Array(x.steps * units);
			const sums = new Float64Array(units);
			for (let step = 0; step < x.steps; step += 1) {
				for (let unit = 0; unit < units; unit += 1) sums[unit] = bias?.[unit] ?? 0;
				for (let at = 0; at < x.features; at += 1) {
					const value = x.values[step * x.features + at]!;
					if (value === 0) continue;
					for (let unit = 0; unit < units; unit += 1) sums[unit]! += value * kernel[at * units + unit]!;
				}
				values.set(sums, step * units);
			}
			return { values, steps: x.steps, features: units, mask: x.mask };
		},
		(x, gradient) => {
			const found = new Float32Array(x.values.length);
			for (let step = 0; step < x.steps; step += 1) {
				for (let at = 0; at < x.features; at += 1) {
					let sum = 0;
					for (let unit = 0; unit < units; unit += 1)
						sum += gradient[step * units + unit]! * kernel[at * units + unit]!;
					found[step * x.features + at] = sum;
				}
			}
			return found;
		}
	);
}

/** Where a window begins that slides over `steps`, and how many places there are (TensorFlow's rule for zeros). */
function sliding(size: number, stride: number, dilation: number, padding: string, steps: number) {
	const reach = (size - 1) * dilation + 1;
	const places =
		padding === 'valid' ? Math.max(0, Math.floor((steps - reach) / stride) + 1) : Math.ceil(steps / stride);
	const lacking = Math.max(0, (places - 1) * stride + reach - steps);
	const zeros = padding === 'causal' ? reach - 1 : padding === 'same' ? Math.floor(lacking / 2) : 0;
	return { places, zeros };
}

export function conv(fields: Fields, inside: Inside): Pick<Layer, 'run' | 'pull' | 'pullSums'> {
	const [filters, size] = [whole(fields, 'filters', null), whole(fields, 'kernel_size', null)];
	const [stride, dilation] = [whole(fields, 'strides', 1), whole(fields, 'dilation_rate', 1)];
	if (whole(fields, 'groups', 1) !== 1 || stride < 1) throw unknown('Conv1D (groups)');
	const padding = word(fields, 'padding', 'valid');
	const kernel = inside.tensor('kernel', 3);
	const bias = inside.has('bias') ? inside.tensor('bias', 1) : null;
	/** Calls `each` for every step that a place of the window sees: place, cell of the window, step. */
	const walk = (steps: number, each: (place: number, cell: number, step: number) => void) => {
		const { places, zeros } = sliding(size, stride, dilation, padding, steps);
		for (let place = 0; place < places; place += 1) {
			for (let cell = 0; cell < size; cell += 1) {
				const step = place * stride - zeros + cell * dilation;
				if (step >= 0 && step < steps) each(place, cell, step);
			}
		}
		return places;
	};
	return summing(
		'Conv1D',
		word(fields, 'activation', 'linear'),
		inside,
		(x) => {
			const { places } = sliding(size, stride, dilation, padding, x.steps);
			const values = new Float32Array(places * filters);
			if (bias) for (let at = 0; at < values.length; at += 1) values[at] = bias[at % filters]!;
			walk(x.steps, (place, cell, step) => {
				for (let at = 0; at < x.features; at += 1) {
					const value = x.values[step * x.features + at]!;
					const base = (cell * x.features + at) * filters;
					for (let one = 0; one < filters; one += 1)
						values[place * filters + one]! += value * kernel[base + one]!;
				}
			});
			return { values, steps: places, features: filters, mask: null };
		},
		(x, gradient) => {
			const found = new Float32Array(x.values.length);
			walk(x.steps, (place, cell, step) => {
				for (let at = 0; at < x.features; at += 1) {
					const base = (cell * x.features + at) * filters;
					let sum = 0;
					for (let one = 0; one < filters; one += 1)
						sum += gradient[place * filters + one]! * kernel[base + one]!;
					found[step * x.features + at]! += sum;
				}
			});
			return found;
		}
	);
}

/** The largest or the mean of every window; cells outside count for nothing. */
export function pool(
	largest: boolean,
	windows: (steps: number) => { from: number; to: number }[]
): Pick<Layer, 'run' | 'pull'> {
	/** Calls `each` for every window and feature: place in the output, and the places that it takes from, with shares. */
	const walk = (x: Sheet, each: (to: number, from: number, share: number) => void) => {
		const places = windows(x.steps);
		places.forEach(({ from, to }, place) => {
			for (let feature = 0; feature < x.features; feature += 1) {
				const target = place * x.features + feature;
				if (!largest) {
					for (let step = from; step < to; step += 1)
						each(target, step * x.features + feature, 1 / (to - from));
					continue;
				}
				let best = from * x.features + feature;
				for (let step = from + 1; step < to; step += 1) {
					const at = step * x.features + feature;
					if (x.values[at]! > x.values[best]!) best = at;
				}
				each(target, best, 1);
			}
		});
		return places.length;
	};
	return {
		run: (before) => {
			const values = new Float32Array(windows(before.steps).length * before.features);
			const steps = walk(before, (to, from, share) => (values[to]! += share * before.values[from]!));
			const after = { values, steps, features: before.features, mask: null };
			return { before, after, sums: null, traces: [] };
		},
		pull: ({ before }, gradient) => {
			const found = new Float32Array(before.values.length);
			walk(before, (to, from, share) => (found[from]! += share * gradient[to]!));
			return found;
		}
	};
}

export function pooling(fields: Fields, largest: boolean): Pick<Layer, 'run' | 'pull'> {
	const size = whole(fields, 'pool_size', 2);
	const stride = whole(fields, 'strides', size);
	if (size < 1 || stride < 1) throw unknown('pool_size');
	return pool(largest, (steps) => {
		const { places, zeros } = sliding(size, stride, 1, word(fields, 'padding', 'valid'), steps);
		return Array.from({ length: places }, (_, place) => {
			const from = place * stride - zeros;
			return { from: Math.max(0, from), to: Math.min(steps, from + size) };
		});
	});
}
