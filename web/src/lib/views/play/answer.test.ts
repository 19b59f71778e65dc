import { expect, it } from 'vitest';
import { sayAnswer } from './answer';

const one = (digit: number, probability: number, other = 0, second = 0) =>
	Array.from({ length: 10 }, (_, d) => (d === digit ? probability : d === other ? second : 0));

it('says what it sees, and how sure it is', () => {
	expect(sayAnswer({ state: 'digit', pixels: [], probabilities: one(7, 0.97) }, 'en')).toBe(
		'It says 7, 97\u202f%.'
	);
	expect(sayAnswer({ state: 'digit', pixels: [], probabilities: one(7, 0.5, 1, 0.4) }, 'en')).toBe(
		'It says 7, but only 50\u202f%; 1 comes close with 40\u202f%.'
	);
	expect(sayAnswer({ state: 'digit', pixels: [], probabilities: one(7, 0.97) }, 'zh')).toContain('7');
});

it('says so while nothing is recognisable', () => {
	expect(sayAnswer(null, 'en')).toBe('Nothing is drawn yet.');
	expect(sayAnswer({ state: 'empty', pixels: [], probabilities: [] }, 'zh')).toBe('还没有画任何东西。');
	expect(sayAnswer({ state: 'dot', pixels: [], probabilities: one(1, 0.9) }, 'en')).toContain(
		'Too little ink'
	);
});
