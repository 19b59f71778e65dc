import { describe, expect, it } from 'vitest';
import { fitted, hue, kept, nearest, towards, roomFor } from './scatter';

describe('points on a plane', () => {
	const spots = [
		{ x: 0, y: 0 },
		{ x: 10, y: 0 },
		{ x: 30, y: 5 },
		{ x: 0, y: 20 }
	];
	it('fit into the box by one measure, y upwards', () => {
		expect(fitted([0, 0, 10, 5], 120, 100, 10)).toEqual([
			{ x: 10, y: 75 },
			{ x: 110, y: 25 }
		]);
		expect(fitted([3, 3], 100, 100, 10)).toEqual([{ x: 50, y: 50 }]);
	});
	it('are found within reach', () => {
		expect(nearest(spots, { x: 9, y: 1 }, 5)).toBe(1);
		expect(nearest(spots, { x: 60, y: 60 }, 5)).toBe(-1);
		expect(nearest(spots, { x: 0, y: 0 }, Infinity, 0)).toBe(1);
	});
	it('are walked over in the direction of the key', () => {
		const right = { x: 1, y: 0 };
		expect(towards(spots, 0, right)).toBe(1);
		expect(towards(spots, 1, right)).toBe(2);
		expect(towards(spots, 2, right)).toBe(2);
		expect(towards(spots, 0, { x: 0, y: 1 })).toBe(3);
		expect(towards(spots, -1, right)).toBe(0);
		expect(towards([], -1, right)).toBe(-1);
	});
	it('tell how well classes keep together', () => {
		expect(kept(spots, [1, 1, 1, 2])).toBe(0.75);
		expect(kept(spots, [-1, -1, -1, -1])).toBeNull();
	});
	it('have a hue of their own for each class', () => {
		for (const n of [10, 43]) {
			const hues = Array.from({ length: n }, (_, label) => hue(label, n, false));
			expect(new Set(hues).size).toBe(n);
		}
	});
});

it('finds room for names, the important ones first, and none lies over another', () => {
	const spots = [
		{ x: 10, y: 20 },
		{ x: 14, y: 22 },
		{ x: 95, y: 60 },
		{ x: 12, y: 80 }
	];
	const box = { width: 100, height: 90 };
	const all = roomFor(
		spots,
		() => 30,
		box,
		() => false
	);
	// The second one has no room on either side; the third stands to the left of its point.
	expect(all).toEqual([
		{ at: 0, x: 15, y: 20 },
		{ at: 2, x: 60, y: 60 },
		{ at: 3, x: 17, y: 80 }
	]);
	expect(
		roomFor(
			spots,
			() => 30,
			box,
			(at) => at === 1
		).map(({ at }) => at)
	).toEqual([1, 2, 3]);
});
