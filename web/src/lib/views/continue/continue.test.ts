import { describe, expect, it } from 'vitest';
import { atEqualTime, lstm, transformer } from '../figures/compared';
import { headOf, mostSeen, SHADES, shades } from './attention';
import { shownToken } from '../shown-token';
import { continueWords, gap, listed, pieces, spokenName } from './text';

describe('tokens as text', () => {
	const sentence = (all: string[]) =>
		all.map((token, at) => gap(all[at - 1] ?? null, token, 'word') + token).join('');

	it('words get their blanks back, marks do not', () => {
		expect(
			sentence(['i', 'ca', "n't", 'go', ',', 'said', 'alice', '(', 'she', "'s", 'small', ')', '.'])
		).toBe("i can't go, said alice (she's small).");
		expect(sentence(['爱丽丝', '想', '：', '“', '怎么', '办', '？', '”'])).toBe('爱丽丝想：“怎么办？”');
		expect(gap('a', 'b', 'char')).toBe('');
		expect(gap(null, 'b', 'word')).toBe('');
	});
	it('what can’t be seen is shown and can be spoken', () => {
		expect([' ', '\n', '\t', '\u3000', 'a'].map(shownToken)).toEqual(['␣', '⏎', '⇥', '␣', 'a']);
		expect(spokenName(' ', continueWords('en'))).toBe('space');
		expect(spokenName('\n', continueWords('zh'))).toBe('换行');
	});
	it('what was written follows the prompt; the circle is marked', () => {
		const written = [
			{ token: 1, chosen: true },
			{ token: 0, chosen: false }
		];
		expect(pieces(written, ['the', ','], 0, 'word', 1)).toEqual([
			{ text: ',', chosen: true, circle: false },
			{ text: ' the', chosen: false, circle: true }
		]);
	});
	it('a long list is cut', () => {
		expect(listed(['\n', ' ', 'c'], 2, continueWords('en'))).toEqual({ list: 'line break, space', more: 1 });
	});
});

describe('shares of attention', () => {
	const shares = Float32Array.from([1, 0, 0.5, 0.5, 1, 0, 0, 1]);
	const of = { name: 'a', heads: 2, steps: 2, shares };

	it('one head, or the mean of all', () => {
		expect([...headOf(of, 1)]).toEqual([1, 0, 0, 1]);
		expect([...headOf(of, null)]).toEqual([1, 0, 0.25, 0.75]);
	});
	it('the largest of a row is darkest, next to nothing is white', () => {
		expect(shades([0.4, 0.2, 0.001])).toEqual([SHADES, SHADES / 2, 0]);
		expect(shades([0, 0])).toEqual([0, 0]);
	});
	it('what is seen most; of equals the nearer one', () => {
		expect(mostSeen([0.3, 0.5, 0.3, 0.001], 3).map(({ step }) => step)).toEqual([1, 2, 0]);
	});
});

it('LSTM and Transformer have as many weights, within five in a hundred, and as many epochs', () => {
	expect(Math.abs(lstm.parameters / transformer.parameters - 1)).toBeLessThan(0.05);
	expect(lstm.perplexity).toHaveLength(transformer.perplexity.length);
	const equal = atEqualTime(lstm, transformer);
	expect(equal.epochs[0]).toBe(lstm.perplexity.length);
	expect(equal.epochs[1]).toBeLessThan(equal.epochs[0]);
	expect(equal.perplexity[0]).toBe(lstm.perplexity.at(-1));
});
