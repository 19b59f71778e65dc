import { describe, expect, it } from 'vitest';
import { nearest, sum, type Table } from './nearness';
import { lengths, reach, shuffled, spreadOf, untrained } from './order';
import { randomOf } from '../pca';
import { CURVES } from './cell';

const table = (...rows: number[][]): Table => ({
	values: Float32Array.from(rows.flat()),
	rows: rows.length,
	width: rows[0]?.length ?? 0
});

describe('nearness', () => {
	const words = table([9, 9], [1, 0], [2, 0.1], [0, 1], [-3, 0], [0, 0]);
	it('goes by direction, not by length, and leaves out what it is told to', () => {
		const near = nearest(words, [1, 0], { first: 1, without: [1], count: 3 });
		expect(near.map(({ id }) => id)).toEqual([2, 3, 5]);
		expect(near[0]?.cosine).toBeCloseTo(2 / Math.hypot(2, 0.1), 6);
		expect(nearest(words, [1, 0], { first: 0, without: [], count: 9 }).map(({ id }) => id)).toEqual([
			1, 2, 0, 3, 5, 4
		]);
	});
	it('adds words of one length each', () => {
		const man = [2, 0, 0.2];
		const royal = [0, 3, 0];
		const royals = table(man, [-20, 0, 2], [2, 3, 0.2], [-2, 3, 0.2], royal);
		const [a, b, c] = [2, 0, 1];
		const near = nearest(royals, sum(royals, [a, b, c]), { first: 0, without: [a, b, c], count: 1 });
		expect(near[0]?.id).toBe(3);
		expect([...sum(table([2, 0], [0, 5], [0, 1]), [0, 1, 2])]).toEqual([1, 0]);
	});
});

describe('the order of words', () => {
	const row = Uint32Array.from([0, 0, 1, 4, 5, 6, 7, 8, 9, 2, 10]);
	it('changes, and everything else stays', () => {
		const random = randomOf(7);
		const other = shuffled(row, 4, random);
		expect([...other.subarray(0, 3)]).toEqual([0, 0, 1]);
		expect([...other].sort()).toEqual([...row].sort());
		expect([...other]).not.toEqual([...row]);
		expect([...shuffled(row, 4, random)]).not.toEqual([...other]);
		expect([...shuffled(row, 4, randomOf(7))]).toEqual([...other]);
		// Where every id is a token, every place is one, too.
		const firsts = Array.from({ length: 30 }, () => shuffled(row, 0, random)[0]);
		expect(new Set(firsts).size).toBeGreaterThan(4);
	});
	it('is even: each word comes to each place as often', () => {
		const random = randomOf(3);
		const counts = [0, 0, 0];
		for (let turn = 0; turn < 3000; turn += 1)
			counts[shuffled(Uint32Array.of(4, 5, 6), 4, random).indexOf(4)]! += 1;
		for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
	});
	it('spreads', () => {
		expect(spreadOf([1, 3])).toEqual({ mean: 2, sd: 1, low: 1, high: 3 });
	});
});

describe('how far a gradient reaches back', () => {
	it('measures every step', () => {
		expect([...lengths(Float32Array.from([3, 4, 0, 1]), 2)]).toEqual([5, 1]);
	});
	it('is what the powers of one number say where there is one unit', () => {
		const one = (value: number) => Float32Array.of(value);
		const cell = {
			...untrained('SimpleRNN', 1, 1, 7),
			kernel: one(2),
			recurrent: one(0.5),
			activation: CURVES.linear
		};
		const found = reach(cell, Float32Array.from([1, 1, 1, 1]), 7);
		[0.25, 0.5, 1, 2].forEach((wanted, step) => expect(found[step]).toBeCloseTo(wanted, 6));
	});
	it('begins as Keras begins', () => {
		const { recurrent, bias, kernel, units } = untrained('LSTM', 6, 4, 7);
		const rows = Array.from({ length: units }, (_, at) => recurrent.subarray(at * 24, (at + 1) * 24));
		rows.forEach((a, i) =>
			rows.forEach((b, j) => {
				const dot = a.reduce((all, value, at) => all + value * b[at]!, 0);
				expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
			})
		);
		expect([...(bias ?? [])].map((value, at) => value === (at >= 6 && at < 12 ? 1 : 0))).not.toContain(false);
		const limit = Math.sqrt(6 / 28);
		expect(Math.max(...kernel)).toBeLessThanOrEqual(limit);
		expect(Math.max(...kernel)).toBeGreaterThan(0.8 * limit);
	});
});
