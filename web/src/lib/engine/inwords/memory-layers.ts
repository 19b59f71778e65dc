// Layers with a memory: one that reads its input step by step, and one that reads it both ways.

import { gatesOf, pullCell, runCell, type Cell, type Kind, type Trace } from './cell';
import type { Fields } from './experiment-text';
import { curveOf, unknown, whole, word, type Inside, type Layer } from './layers';

function cellOf(kind: Kind, fields: Fields, inside: Inside, prefix: string, backwards: boolean): Cell {
	const units = whole(fields, 'units', null);
	const kernel = inside.tensor(`${prefix}kernel`, 2);
	const curve = (field: string, usual: string) => {
		const name = word(fields, field, usual);
		const found = curveOf(name, inside.dialect);
		if (!found) throw unknown(`${kind} (${name})`);
		return found;
	};
	return {
		kind,
		units,
		inputs: kernel.length / (gatesOf(kind) * units),
		kernel,
		recurrent: inside.tensor(`${prefix}recurrent_kernel`, 2),
		bias: inside.has(`${prefix}bias`) ? inside.tensor(`${prefix}bias`, 0) : null,
		activation: curve('activation', 'tanh'),
		gate: curve('recurrent_activation', inside.dialect === 'keras2' ? 'hard_sigmoid' : 'sigmoid'),
		resetAfter: kind === 'GRU' && (fields['reset_after'] ?? inside.dialect === 'keras3') === true,
		backwards: (fields['go_backwards'] === true) !== backwards
	};
}

/** What a cell gives of its trace: all steps in the order in which it reads, or the last one. */
function given(cell: Cell, { steps, parts }: Trace, sequences: boolean): Float32Array {
	const { units } = cell;
	const h = parts.h ?? new Float32Array();
	if (!sequences) {
		const at = (cell.backwards ? 0 : steps - 1) * units;
		return h.slice(at, at + units);
	}
	return cell.backwards ? turned(h, units) : h;
}
function turned(values: Float32Array, units: number): Float32Array {
	const steps = values.length / units;
	const found = new Float32Array(values.length);
	for (let step = 0; step < steps; step += 1)
		found.set(values.subarray(step * units, (step + 1) * units), (steps - 1 - step) * units);
	return found;
}
/** The same for gradients, the other way round. */
function spread(cell: Cell, gradient: Float32Array, steps: number, sequences: boolean): Float32Array {
	if (sequences) return cell.backwards ? turned(gradient, cell.units) : gradient;
	const found = new Float32Array(steps * cell.units);
	found.set(gradient, (cell.backwards ? 0 : steps - 1) * cell.units);
	return found;
}

export function recurrent(kind: Kind, fields: Fields, inside: Inside): Pick<Layer, 'run' | 'pull' | 'cells'> {
	const cell = cellOf(kind, fields, inside, '', false);
	const sequences = fields['return_sequences'] === true;
	return {
		cells: [cell],
		run: (before) => {
			const trace = runCell(cell, before.values, before.mask);
			const values = given(cell, trace, sequences);
			const after = {
				values,
				steps: values.length / cell.units,
				features: cell.units,
				mask: sequences ? before.mask : null
			};
			return { before, after, sums: null, traces: [trace] };
		},
		pull: ({ before, traces: [trace] }, gradient) =>
			trace
				? pullCell(cell, trace, spread(cell, gradient, before.steps, sequences), before.mask)
				: new Float32Array(before.values.length)
	};
}

export function bidirectional(fields: Fields, inside: Inside): Pick<Layer, 'run' | 'pull' | 'cells'> {
	const own = fields['layer'];
	if (typeof own !== 'object' || Array.isArray(own)) throw unknown('Bidirectional');
	const kind = word(own, 'type', '');
	if (kind !== 'LSTM' && kind !== 'GRU' && kind !== 'SimpleRNN') throw unknown(`Bidirectional (${kind})`);
	const merge = word(fields, 'merge_mode', 'concat');
	if (!['concat', 'sum', 'ave'].includes(merge)) throw unknown(`Bidirectional (${merge})`);
	const cells = [
		cellOf(kind, own, inside, 'forward/', false),
		cellOf(kind, own, inside, 'backward/', true)
	] as const;
	const [{ units }] = cells;
	const sequences = own['return_sequences'] === true;
	const scale = merge === 'ave' ? 0.5 : 1;
	const wide = merge === 'concat' ? 2 * units : units;
	return {
		cells: [...cells],
		run: (before) => {
			const traces = cells.map((cell) => runCell(cell, before.values, before.mask));
			const steps = sequences ? before.steps : 1;
			const values = new Float32Array(steps * wide);
			cells.forEach((cell, way) => {
				const read = given(cell, traces[way]!, sequences);
				// Every step stands where it stood in the input.
				const part = sequences && way === 1 ? turned(read, units) : read;
				const shift = merge === 'concat' ? way * units : 0;
				part.forEach((value, at) => {
					const [step, unit] = [Math.floor(at / units), at % units];
					values[step * wide + shift + unit]! += scale * value;
				});
			});
			return {
				before,
				after: { values, steps, features: wide, mask: sequences ? before.mask : null },
				sums: null,
				traces
			};
		},
		pull: ({ before, traces }, gradient) => {
			const found = new Float32Array(before.values.length);
			cells.forEach((cell, way) => {
				const shift = merge === 'concat' ? way * units : 0;
				const part = new Float32Array((gradient.length / wide) * units);
				for (let at = 0; at < part.length; at += 1)
					part[at] = scale * gradient[Math.floor(at / units) * wide + shift + (at % units)]!;
				const read = sequences && way === 1 ? turned(part, units) : part;
				const pulled = pullCell(cell, traces[way]!, spread(cell, read, before.steps, sequences), before.mask);
				pulled.forEach((value, at) => (found[at]! += value));
			});
			return found;
		}
	};
}
