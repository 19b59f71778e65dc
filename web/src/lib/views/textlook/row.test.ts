import { expect, it } from 'vitest';
import { coverage, decades, round125, ticks, wordsBelow } from './chart';
import { rowFor } from './row';
import { lengths, placeOf, upTo, vocabularies } from './stops';

const ids = [1, 14, 22, 5000, 43];
const row = (num_words: number, length: number, side: 'pre' | 'post' = 'pre') =>
	rowFor(ids, { num_words, length, side });

it('makes the row that pad_sequences makes', () => {
	// keras 2.0.8: pad_sequences([[1, 14, 22, 2, 43]], maxlen=...).
	expect(row(5000, 7).given).toEqual([0, 0, 1, 14, 22, 2, 43]);
	expect(row(5000, 3).given).toEqual([22, 2, 43]);
	expect(row(5000, 3, 'post').given).toEqual([1, 14, 22]);
	expect(row(5000, 7, 'post').given).toEqual([1, 14, 22, 2, 43, 0, 0]);
	expect(row(5001, 5).given).toEqual(ids);
	expect(row(0, 5).given).toEqual(ids);
});

it('says of every word what became of it', () => {
	const states = (length: number, side?: 'pre' | 'post') =>
		row(5000, length, side).tokens.map(({ state }) => state[0]);
	expect(states(3).join('')).toBe('cckuk');
	expect(states(3, 'post').join('')).toBe('kkkcc');
	expect([row(5000, 7).zeros, row(5000, 3).zeros]).toEqual([2, 0]);
});

it('has round marks on its axes', () => {
	expect([0.2, 1, 3, 41, 7, 11].map(round125)).toEqual([1, 1, 5, 50, 10, 20]);
	expect(ticks(2500, 6)).toEqual([0, 500, 1000, 1500, 2000, 2500]);
	expect(decades(88_584)).toEqual([1, 10, 100, 1000, 10_000]);
	// Ids 4 to num_words − 1 are words.
	expect([wordsBelow(5000, 88_584), wordsBelow(0, 40), wordsBelow(3, 40), wordsBelow(99, 40)]).toEqual([
		4996, 40, 0, 40
	]);
	expect(coverage([0, 6, 9, 10], 5).map(({ rank, share }) => [rank, share])).toEqual([
		[1, 0.6],
		[2, 0.9],
		[3, 1]
	]);
	expect(coverage([0], 5)).toEqual([]);
	expect([
		placeOf(lengths, 500),
		placeOf(lengths, 510),
		placeOf(vocabularies, 0),
		placeOf(vocabularies, 3)
	]).toEqual([11, 11, 14, 0]);
	expect(upTo(vocabularies, 126)).toEqual([10, 20, 30, 50, 100, 200, 0]);
	expect([upTo(lengths, 4), upTo(lengths, 20)]).toEqual([[10], [10, 20]]);
	expect(upTo(lengths, 9000)).toEqual(lengths);
});
