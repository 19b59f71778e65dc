import { expect, it } from 'vitest';
import type { Reading } from '../../review/read';
import { levelOf, piecesOf, rowsOf, signed, stretchesOf } from './effects';
import { EXAMPLES } from './examples';
import { readingText, reviewWords, verdictText } from './words';

/** Words of one letter with a blank between them; x is not known. */
function reading(words: string, more: Partial<Reading> = {}): Reading {
	const text = [...words].join(' ');
	const tokens = [...words].map((word, at) => {
		const known = word !== 'x';
		return { start: 2 * at, end: 2 * at + 1, id: known ? 9 : 2, known };
	});
	const row = Uint32Array.from([0, 1, ...tokens.map(({ id }) => id)]);
	const known = tokens.filter((token) => token.known).length;
	const [first, last] = [0, tokens.length];
	return { text, skipped: 0, tokens, first, last, row, at: 2, pads: 1, known, ...more };
}

it('weighs a word beside the strongest of the text', () => {
	expect([0.1, -0.3, 0.6, -0.9, 1, NaN].map((effect) => levelOf(effect, 1))).toEqual([1, 2, 3, 4, 4, 0]);
	expect(levelOf(0.05, 1)).toBe(0);
	// Where nothing pulls, nothing is coloured.
	expect(levelOf(0.01, 0.01)).toBe(0);
});

it('cuts the text into pieces that are the text again', () => {
	const seen = reading('abx');
	const { pieces, omitted } = piecesOf(seen, [1, -0.5, 0]);
	expect(pieces.map(({ text }) => text).join('')).toBe(seen.text);
	const words = pieces.filter(({ word }) => word);
	expect(words.map(({ level, effect, known }) => [level, effect, known])).toEqual([
		[4, 1, true],
		[3, -0.5, true],
		[0, 0, false]
	]);
	expect(omitted).toBe(0);
	expect(piecesOf(reading('ab'), null).pieces.every(({ level }) => level === 0)).toBe(true);
});

it('shows a little of what is not read, and leaves the rest', () => {
	const long = reading('a'.repeat(100), { first: 60, last: 100 });
	const { pieces, omitted } = piecesOf(long, new Float32Array(40).fill(1));
	expect(omitted).toBe(20);
	const words = pieces.filter(({ word }) => word);
	expect([words.length, words.filter(({ read }) => read).length]).toEqual([80, 40]);
	const ends = piecesOf(reading('a'.repeat(100), { first: 0, last: 30 }), null);
	expect([ends.omitted, ends.pieces.filter(({ word }) => word).length]).toEqual([0, 70]);
});

it('ranks the words by what they were asked for', () => {
	const left = { effects: [NaN, -0.2, 3], without: [NaN, 0.5, 0.1] };
	const words = (by: 'gradient' | 'left') =>
		rowsOf(reading('abx'), [1, -2, 0.1], left, by).map(({ word }) => word);
	expect(words('gradient')).toEqual(['b', 'a', 'x']);
	expect(words('left')).toEqual(['x', 'b', 'a']);
	expect(rowsOf(reading('abx'), [1, -2, 0.1], null, 'gradient')[0]).toMatchObject({ place: 2, left: NaN });
	expect(rowsOf(reading('a'.repeat(90)), new Float32Array(90), null, 'gradient')).toHaveLength(30);
});

it('draws the row of places', () => {
	expect(stretchesOf(reading('abx')).map(({ kind, count }) => [kind, count])).toEqual([
		['empty', 1],
		['start', 1],
		['known', 2],
		['unknown', 1]
	]);
});

it('writes signs', () => {
	expect([0.4, -1.304, 0, -0.001, NaN].map(signed)).toEqual(['+0.40', '−1.30', '+0.00', '+0.00', '–']);
});

it('says the verdict, or why there is none', () => {
	const say = (shares: number[] | null, words = 'abc') =>
		verdictText('en', reading(words), shares, ['negative', 'positive']);
	expect(say([0.1, 0.9])).toBe('It says positive, 90\u202f%.');
	expect(say([0.55, 0.45])).toBe('It is not sure: negative, 55\u202f%.');
	expect(say(null, 'axx')).toContain('it knows 1 of 3 words (33\u202f%)');
	expect(say(null, '')).toBe(reviewWords('en').noWords);
	expect(readingText('zh', reading('ax'))).toBe(
		'2 个词里它认得 1 个。它的 4 个位置里有 1 个空着，用 0 填满。'
	);
	expect(readingText('en', reading('aaa', { first: 1, pads: 0 }))).toContain('Only the last 2 are read');
});

it('has the same places to fill in both languages, and a name for every example', () => {
	const flat = (value: unknown): string[] =>
		typeof value === 'string' ? [value] : Object.values(value as object).flatMap(flat);
	const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
	const [en, zh] = [flat(reviewWords('en')), flat(reviewWords('zh'))];
	expect(zh.map(places)).toEqual(en.map(places));
	expect(new Set(EXAMPLES.map(({ name }) => name)).size).toBe(Object.keys(reviewWords('en').example).length);
});
