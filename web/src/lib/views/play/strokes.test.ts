import { describe, expect, it } from 'vitest';
import { far, inkOf, onSheet, pathOf, SIZE } from './strokes';

describe('strokes', () => {
	it('makes a dot of one point, so that a click leaves ink', () => {
		expect(pathOf([[3, 4]])).toBe('M3 4l.01 0');
		expect(pathOf([])).toBe('');
	});

	it('starts and ends where the pen did', () => {
		const d = pathOf([
			[0, 0],
			[10, 0],
			[10, 10.04]
		]);
		expect(d).toBe('M0 0Q0 0 5 0Q10 0 10 10');
	});

	it('leaves out points that say nothing new, and keeps the pen on the sheet', () => {
		expect(far([0, 0], [0.5, 0.5])).toBe(false);
		expect(far([0, 0], [1, 0])).toBe(true);
		expect(onSheet(-4, SIZE + 9)).toEqual([0, SIZE]);
	});

	it('takes opacity as ink', () => {
		expect([...inkOf(new Uint8ClampedArray([0, 0, 0, 255, 9, 9, 9, 0]))]).toEqual([255, 0]);
	});
});
