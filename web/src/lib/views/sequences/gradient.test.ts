import { expect, it } from 'vitest';
import { powersOf, written } from './gradient';

it('writes large and small numbers so that they can be read', () => {
	expect([0, 1, 0.00515, -12.345, 1.23e-8, 4.06e6, Infinity].map(written)).toEqual([
		'0',
		'1',
		'0.00515',
		'−12.3',
		'1.2 · 10⁻⁸',
		'4.1 · 10⁶',
		'∞'
	]);
});

it('has an axis that holds all lines, with 1 marked', () => {
	expect(powersOf([[1, 0.5, 0]])).toEqual({ low: -1, high: 1, marks: [-1, 0, 1] });
	expect(powersOf([[1, 1e-9], [1]])).toEqual({ low: -9, high: 1, marks: [-8, -6, -4, -2, 0] });
	expect(powersOf([[1e99], [1e-99]])).toMatchObject({ low: -40, high: 40, marks: [-40, -20, 0, 20, 40] });
});
