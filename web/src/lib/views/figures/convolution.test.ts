import { describe, expect, it } from 'vitest';
import {
	axis,
	convolve,
	numberIn,
	pool,
	relu,
	resized,
	shown,
	termsAt,
	turned,
	written
} from './convolution';
import { presets } from './presets';

const plain = { stride: 1, padding: 'valid', dilation: 1 } as const;

/** Sizes that Keras 3 (JAX) gives for 5 and 8 cells: see `keras.layers.Conv1D`. */
describe('axis', () => {
	it.each([
		[5, 3, { ...plain }, 0, 0, 3],
		[5, 3, { ...plain, padding: 'same' as const }, 1, 1, 5],
		[8, 3, { ...plain, stride: 2 }, 0, 0, 3],
		[8, 3, { ...plain, stride: 2, padding: 'same' as const }, 0, 1, 4],
		[5, 3, { ...plain, stride: 2, padding: 'same' as const }, 1, 1, 3],
		[8, 2, { ...plain, padding: 'same' as const }, 0, 1, 8],
		[8, 3, { ...plain, dilation: 3 }, 0, 0, 2],
		[5, 3, { ...plain, dilation: 3 }, 0, 0, 0],
		[5, 3, { ...plain, dilation: 3, padding: 'same' as const }, 3, 3, 5],
		[8, 1, { ...plain, stride: 3, padding: 'same' as const }, 0, 0, 3]
	])('%i cells, window %i, %o', (size, kernel, setting, before, after, places) => {
		expect(axis(size, kernel, setting)).toMatchObject({ before, after, places });
	});
});

describe('convolve', () => {
	it('gives the numbers that the source prints', () => {
		const { input, kernel } = presets.printed;
		expect(convolve(input, kernel, plain)).toEqual([
			[4, 3, 4],
			[2, 4, 3],
			[2, 3, 4]
		]);
	});

	it('takes zeros from outside', () => {
		const terms = termsAt([[5]], [[1, 2, 3]], { ...plain, padding: 'same' }, 0, 0);
		expect(terms.map(({ column, value }) => [column, value])).toEqual([
			[-1, 0],
			[0, 5],
			[1, 0]
		]);
		expect(written(terms)).toBe('0·1 + 5·2 + 0·3 = 10');
	});

	it('skips cells when dilated', () => {
		expect(convolve([[1, 2, 3, 4, 5]], [[1, 10]], { ...plain, dilation: 3 })).toEqual([[41, 52]]);
	});

	it('lays the kernel as it is written; turned it is a convolution', () => {
		const row = [[0, 0, 1, 0, 0]];
		expect(convolve(row, [[1, 2, 3]], plain)).toEqual([[3, 2, 1]]);
		expect(convolve(row, turned([[1, 2, 3]]), plain)).toEqual([[1, 2, 3]]);
	});
});

it('pools the largest or the mean, and averages no padding in', () => {
	const grid = [
		[1, 2, 3],
		[4, 5, 6],
		[7, 8, 9]
	];
	expect(pool(grid, 'max', 2)).toEqual([[5]]);
	expect(pool(grid, 'average', 2, 1)).toEqual([
		[3, 4],
		[6, 7]
	]);
	expect(pool(grid, 'average', 2, 2, 'same')).toEqual([
		[3, 4.5],
		[7.5, 9]
	]);
	expect(relu([[-1, 2]])).toEqual([[0, 2]]);
	expect(resized(grid, 2, 4)).toEqual([
		[1, 2, 3, 0],
		[4, 5, 6, 0]
	]);
});

it('reads numbers as a reader writes them', () => {
	expect(['-1', '−1', '1/9', ' 0,5 ', '１２'].map(numberIn)).toEqual([-1, -1, 1 / 9, 0.5, 12]);
	expect(['', 'x', '1e9', '1/0', '5000', '--1', '1/'].map(numberIn)).toEqual(Array(7).fill(null));
	expect([-1 / 9, -0.0001, 2].map(shown)).toEqual(['−0.111', '0', '2']);
});
