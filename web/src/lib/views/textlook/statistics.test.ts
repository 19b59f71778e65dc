import { expect, it } from 'vitest';
import { atMost, bins, quantile, spread } from './statistics';

it('has the spread that NumPy and Matplotlib give', () => {
	// np.percentile([1,2,3,4,100], ...), np.std, boxplot: fences 2 - 3 and 4 + 3.
	const of = spread([1, 2, 3, 4, 100]);
	expect(of.mean).toBe(22);
	expect(of.sd).toBeCloseTo(39.01282, 4);
	expect([of.quartiles, of.whiskers, of.outside]).toEqual([[2, 3, 4], [1, 4], 1]);
	expect(quantile([10, 20, 40], 0.75)).toBe(30);
	expect([atMost([1, 1, 2, 5], 1), atMost([1, 1, 2, 5], 0), atMost([1, 1, 2, 5], 9)]).toEqual([2, 0, 4]);
	expect(bins([1, 2, 3, 4, 100], 50)).toEqual([
		{ from: 1, to: 50, count: 4 },
		{ from: 51, to: 100, count: 1 }
	]);
	expect(spread([])).toMatchObject({ count: 0, mean: 0, sd: 0, quartiles: [0, 0, 0], outside: 0 });
});
