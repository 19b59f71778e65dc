import { describe, expect, it } from 'vitest';
import { t } from '.';

describe('a message', () => {
	it('has its places filled, and keeps those that nothing fills', () => {
		expect(t('{n} of {all}', { n: 3 })).toBe('3 of {all}');
	});
	it('has the form of a word that the number asks for', () => {
		const message = '{n} {n|epoch|epochs} to go';
		expect([0, 1, 2, '1', '1,000'].map((n) => t(message, { n }))).toEqual([
			'0 epochs to go',
			'1 epoch to go',
			'2 epochs to go',
			'1 epoch to go',
			'1,000 epochs to go'
		]);
		expect(t(message)).toBe('{n} {n|epoch|epochs} to go');
	});
});
