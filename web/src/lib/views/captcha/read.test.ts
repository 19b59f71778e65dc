import { describe, expect, it } from 'vitest';
import { areShares, captchaWords, readings, rightOf } from './read';

const one = (at: number, value: number) => Array.from({ length: 26 }, (_, i) => (i === at ? value : 0));

describe('the letters of a word', () => {
	it('are the largest outputs, with those that come next', () => {
		const values = one(2, 0.5);
		values[25] = 0.3;
		values[0] = 0.2;
		const [read] = readings([values]);
		expect(read?.best).toEqual({ letter: 'C', value: 0.5 });
		expect(read?.next.map(({ letter }) => letter)).toEqual(['Z', 'A']);
		expect(readings([[]])[0]?.best.letter).toBe('?');
	});
	it('are probabilities only where they are shares of one', () => {
		expect(areShares([one(3, 1)])).toBe(true);
		expect(areShares([one(3, 1), one(3, 0.9)])).toBe(false);
		const values = one(3, 1.1);
		values[4] = -0.1;
		expect(areShares([values])).toBe(false);
	});
	it('are right at their places', () => {
		expect(rightOf('CAB', readings([one(2, 1), one(0, 1), one(3, 1)]))).toBe(2);
	});
	it('have words in both languages', () => {
		expect(captchaWords('zh').title).not.toBe(captchaWords('en').title);
	});
});
