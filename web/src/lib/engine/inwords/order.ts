// The same text with its words in another order, and how the answer spreads; how far a gradient reaches back.

import { randomOf } from '../pca';
import { CURVES, gatesOf, pullCell, runCell, type Cell, type Kind } from './cell';

/** Ids that keep their place: filling, and the mark that a row begins with. */
export const stays = (id: number, special: number): boolean => special > 0 && id < 2;

/** The row with its words in another order (Fisher-Yates from the end); what is no word stays where it is. */
export function shuffled(row: Uint32Array, special: number, random: () => number): Uint32Array {
	const places = [...row.keys()].filter((at) => !stays(row[at]!, special));
	const found = row.slice();
	for (let last = places.length - 1; last > 0; last -= 1) {
		const other = Math.floor(random() * (last + 1));
		const [a, b] = [places[last]!, places[other]!];
		[found[a], found[b]] = [found[b]!, found[a]!];
	}
	return found;
}

export type Spread = { mean: number; sd: number; low: number; high: number };

export function spreadOf(values: readonly number[]): Spread {
	const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
	const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
	return { mean, sd: Math.sqrt(square), low: Math.min(...values), high: Math.max(...values) };
}

/** The length of the gradient at every step. */
export function lengths(gradient: Float32Array, width: number): Float32Array {
	const found = new Float32Array(gradient.length / width);
	found.forEach((_, step) => {
		let sum = 0;
		for (let at = step * width; at < (step + 1) * width; at += 1) sum += gradient[at]! ** 2;
		found[step] = Math.sqrt(sum);
	});
	return found;
}

/** Rows perpendicular to each other and of length 1, at random: Keras's `orthogonal` of a matrix that is wider than high. */
function orthogonal(count: number, width: number, random: () => number): Float64Array[] {
	const rows: Float64Array[] = [];
	while (rows.length < count) {
		// Two uniform numbers make a normal one (Box-Muller), so that no direction is more likely than another.
		const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
		const row = Float64Array.from({ length: width }, normal);
		for (let pass = 0; pass < 2; pass += 1) {
			for (const other of rows) {
				let share = 0;
				for (let at = 0; at < width; at += 1) share += row[at]! * other[at]!;
				for (let at = 0; at < width; at += 1) row[at]! -= share * other[at]!;
			}
		}
		const length = Math.hypot(...row);
		if (length > 1e-6) rows.push(row.map((value) => value / length));
	}
	return rows;
}

/** A cell as Keras begins with it: kernel glorot_uniform, recurrent kernel orthogonal, bias 0 (of an LSTM's forget gate 1). */
export function untrained(kind: Kind, units: number, inputs: number, seed: number): Cell {
	const random = randomOf(seed);
	const width = gatesOf(kind) * units;
	const limit = Math.sqrt(6 / (inputs + width));
	const kernel = Float32Array.from({ length: inputs * width }, () => (2 * random() - 1) * limit);
	const recurrent = new Float32Array(units * width);
	orthogonal(units, width, random).forEach((row, at) => recurrent.set(row, at * width));
	const bias = new Float32Array(width);
	if (kind === 'LSTM') bias.fill(1, units, 2 * units);
	const { tanh, hard2 } = CURVES;
	return {
		kind,
		units,
		inputs,
		kernel,
		recurrent,
		bias,
		activation: tanh,
		gate: hard2,
		resetAfter: false,
		backwards: false
	};
}

/** How long the gradient of one direction of the last state is at every step of the input. */
export function reach(cell: Cell, input: Float32Array, seed: number): Float32Array {
	const random = randomOf(seed);
	const trace = runCell(cell, input, null);
	const gradient = new Float32Array(trace.steps * cell.units);
	const way = Float64Array.from({ length: cell.units }, () => random() - 0.5);
	const size = Math.hypot(...way);
	gradient.set(
		way.map((value) => value / size),
		(trace.steps - 1) * cell.units
	);
	return lengths(pullCell(cell, trace, gradient, null), cell.inputs);
}
