import { expect, it } from 'vitest';
import { activations, cell, clipped, read, slope, wayBack, type Unit } from './recurrent';

const unit: Unit = { w: 0.5, u: 0.8, b: 0.1, activation: 'tanh' };

it('reads as SimpleRNN does', () => {
	// NumPy: h = tanh(0.5 x + 0.8 h + 0.1) over 1, 0, 0, -1.
	const states = read([1, 0, 0, -1], unit).map(({ state }) => state);
	[0.537049567, 0.485105592, 0.452694781, -0.037826119].forEach((value, at) =>
		expect(states[at]).toBeCloseTo(value, 7)
	);
	expect(read([2], { ...unit, activation: 'linear' })[0]).toEqual({ x: 2, before: 0, sum: 1.1, state: 1.1 });
});

it('has the slopes that a small step measures', () => {
	for (const activation of activations) {
		const at = (x: number) => read([x], { w: 1, u: 0, b: 0, activation })[0]!.state;
		expect(slope(activation, at(0.7))).toBeCloseTo((at(0.7 + 1e-6) - at(0.7 - 1e-6)) / 2e-6, 6);
	}
	expect(slope('relu', 0)).toBe(0);
});

it('takes the gradient back through time', () => {
	const inputs = [1, -0.5, 0.3, 0.8, 0.2];
	for (const activation of activations) {
		const with_ = { ...unit, activation };
		const last = (u: number) => read(inputs, { ...with_, u }).at(-1)!.state;
		const { weight, factors } = wayBack(read(inputs, with_), with_);
		expect(weight, activation).toBeCloseTo((last(0.8 + 1e-6) - last(0.8 - 1e-6)) / 2e-6, 6);
		expect(factors).toHaveLength(5);
	}
	// A linear unit multiplies by u: 0.5^3, and 2^3.
	const linear = (u: number) => ({ w: 1, u, b: 0, activation: 'linear' as const });
	expect(wayBack(read([1, 1, 1, 1], linear(0.5)), linear(0.5)).factors).toEqual([1, 0.5, 0.25, 0.125]);
	expect(wayBack(read([1, 1, 1, 1], linear(2)), linear(2)).factors).toEqual([1, 2, 4, 8]);
	// A sigmoid's slope is at most a quarter.
	const most = { ...linear(1), activation: 'sigmoid' as const };
	expect(wayBack(read([0, 0, 0], most), most).factors[2]).toBeLessThan(1 / 16);
	expect([clipped(8, 1), clipped(-8, 1), clipped(0.5, 1), clipped(8, 0)]).toEqual([1, -1, 0.5, 8]);
});

it('keeps, forgets and shows as the gates say', () => {
	const open = { forget: 1, input: 0, output: 1, candidate: 0 };
	const cells = cell([
		{ ...open, input: 1, candidate: 0.9 },
		open,
		{ ...open, output: 0 },
		{ ...open, forget: 0.5, input: 0.5, candidate: -1 }
	]);
	expect(cells.map(({ memory }) => memory)).toEqual([0.9, 0.9, 0.9, -0.04999999999999999]);
	// np.tanh(0.9)
	expect(cells[1]!.out).toBeCloseTo(0.71629787, 7);
	expect(cells[2]!.out).toBe(0);
});
