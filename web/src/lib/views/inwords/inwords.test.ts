import { describe, expect, it } from 'vitest';
import { inwords as en } from '../../words/en/inwords';
import { inwords as zh } from '../../words/zh/inwords';
import { moves, picture, sorted, spanOf } from './heat';
import { height, named, power, powers, short } from './log';
import { beginning, chance, idOf, wordName } from './words';

const vocabulary = {
	level: 'word' as const,
	special: 4,
	words: ['', '<start>', '<unknown>', '<unused>', 'the', 'Theatre', 'film', ' '],
	steps: 9
};

describe('words', () => {
	it('have names, also those that are none', () => {
		const names = [0, 1, 2, 4, 7, 99].map((id) => wordName('en', vocabulary, id));
		expect(names).toEqual(['(filling)', '(start)', '(unknown word)', 'the', '(space)', '(unused)']);
	});
	it('are found as they are typed', () => {
		expect(
			['film', ' FILM', 'Theatre', 'start', '<start>', ''].map((word) => idOf(vocabulary, word))
		).toEqual([6, 6, 5, -1, -1, -1]);
		expect(beginning(vocabulary, 'The', 9)).toEqual([4, 5]);
		expect(beginning(vocabulary, 'th', 1)).toEqual([4]);
		expect(beginning(vocabulary, ' ', 9)).toEqual([]);
	});
	it('of both languages ask for the same arguments', () => {
		const flat = (value: object, path = ''): [string, string][] =>
			Object.entries(value).flatMap(([key, one]) =>
				typeof one === 'string'
					? [[`${path}${key}`, [...new Set(one.match(/\{\w+\}/g) ?? [])].sort().join()] as [string, string]]
					: flat(one as object, `${path}${key}.`)
			);
		expect(flat(zh)).toEqual(flat(en));
	});
	it('are near by chance as random rows are', () => {
		// Of 5000 random rows of 32 numbers, measured: 0.65.
		expect(chance(5000, 32)).toBeCloseTo(0.65, 2);
		expect(chance(5000, 1)).toBe(1);
	});
});

describe('units over steps', () => {
	// Three steps of two units.
	const values = Float32Array.from([0, 5, 1, 5, -3, 6]);
	it('stand in an order', () => {
		expect(sorted(values, 2, 'number')).toEqual([0, 1]);
		expect(sorted(values, 2, 'last')).toEqual([1, 0]);
		expect(sorted(values, 2, 'change')).toEqual([0, 1]);
		expect([...picture(values, 2, [1, 0])]).toEqual([5, 5, 6, 0, 1, -3]);
	});
	it('change', () => {
		expect(moves(values, 2, 0, 2)).toEqual([
			{ step: 2, from: 1, to: -3 },
			{ step: 1, from: 0, to: 1 }
		]);
		expect(moves(values, 2, 1, 1)).toEqual([{ step: 0, from: 0, to: 5 }]);
	});
	it('stand for words', () => {
		expect([spanOf(3, 10, 10), spanOf(1, 5, 10), spanOf(4, 5, 11), spanOf(0, 0, 0)]).toEqual([
			[3, 3],
			[2, 4 - 1],
			[8, 10],
			[-1, -1]
		]);
	});
});

describe('a logarithmic scale', () => {
	it('has whole powers of ten', () => {
		expect(powers([0.002, 30, 0, NaN], 9)).toEqual({ low: -3, high: 2, ticks: [2, 1, 0, -1, -2, -3] });
		expect(powers([1e-40, 1], 5).ticks).toEqual([0, -10, -20, -30, -40]);
		expect(powers([0], 5)).toEqual({ low: -1, high: 0, ticks: [-1, 0] });
		expect(powers([10], 5)).toMatchObject({ low: 1, high: 2 });
	});
	it('says where a number stands, and how it is written', () => {
		const scale = powers([1e-4, 1], 5);
		expect([height(1, scale), height(1e-2, scale), height(0, scale)]).toEqual([1, 0.5, 0]);
		expect([power(-12), power(3)]).toEqual(['10⁻¹²', '10³']);
		expect([0, 0.254, 3.14e-7, 12.3, 4e5].map(short)).toEqual(['0', '0.25', '3.1·10⁻⁷', '12', '4.0·10⁵']);
	});
	it('names steps', () => {
		expect(named(500, 6)).toEqual([0, 100, 200, 299, 399, 499]);
		expect([named(1, 6), named(3, 6)]).toEqual([[0], [0, 1, 2]]);
	});
});
