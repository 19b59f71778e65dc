import { expect, it } from 'vitest';
import { convolve, relu } from '../figures/convolution';
import { sequences as en } from '../../words/en/sequences';
import { sequences as zh } from '../../words/zh/sequences';
import { bag, idsOf, inOrder, shuffled, sumOf, wordsOf } from './texts';

it('takes words apart, Chinese by the words of the table', () => {
	expect(wordsOf('The film, is NOT good!', [])).toEqual(['the', 'film', 'is', 'not', 'good']);
	expect(wordsOf('电影不好看。', ['电影', '不', '好看', '好'])).toEqual(['电影', '不', '好看']);
	expect(wordsOf('这 X', [])).toEqual(['这', 'x']);
	expect(wordsOf('  ', [])).toEqual([]);
});

it('makes the row that an Embedding gets', () => {
	const table = ['the', 'film', 'good'];
	expect(idsOf(['the', 'good', 'film'], table, 6)).toEqual([0, 0, 1, 3, 5, 4]);
	expect(idsOf(['the', 'what', 'film'], table, 3)).toEqual([3, 2, 4]);
	expect(idsOf([], table, 2)).toEqual([0, 1]);
});

it('cannot tell two orders apart by counting, and can by reading', () => {
	for (const words of [en.order, zh.order]) {
		const meaning = (word: string) => ({
			value: words.good.includes(word) ? 1 : words.bad.includes(word) ? -1 : 0,
			turns: words.turn.includes(word)
		});
		for (const [a, b] of words.pairs) {
			const [one, other] = [a!.split(' '), b!.split(' ')];
			expect(bag(one).size).toBeGreaterThan(2);
			expect([...bag(one)].sort()).toEqual([...bag(other)].sort());
			expect(sumOf(one, meaning)).toBe(sumOf(other, meaning));
			expect(Math.sign(inOrder(one, meaning).at(-1)!.state)).toBe(1);
			expect(Math.sign(inOrder(other, meaning).at(-1)!.state)).toBe(-1);
		}
	}
	expect(shuffled([1, 2, 3, 4, 5], 9)).toEqual(shuffled([1, 2, 3, 4, 5], 9));
	expect(shuffled([1, 2, 3, 4, 5], 9).sort()).toEqual([1, 2, 3, 4, 5]);
});

it('finds “not good” wherever it stands, and only together', () => {
	for (const { lexicon, sentences, kernels } of [en.window, zh.window]) {
		const rows = (text: string) =>
			text.split(' ').map((word) => lexicon.find(([known]) => known === word)?.[1] ?? [0, 0, 0]);
		const largest = (text: string) =>
			Math.max(
				...relu(convolve(rows(text), kernels[0]!.values, { stride: 1, padding: 'valid', dilation: 1 })).flat()
			);
		// Both places of the window fit: 1 + 1. Apart, one of them at most.
		expect(sentences.map(largest)).toEqual([2, 2, 1]);
	}
});
