import { expect, it } from 'vitest';
import type { Vocabulary } from '../engine/engine-types';
import { MOST_CHARACTERS, Reader } from './read';

const of = (words: string[], more: Partial<Vocabulary> = {}): Reader =>
	new Reader({
		level: 'word',
		lower: true,
		special: 4,
		words: ['', '<start>', '<unknown>', '<unused>', ...words],
		steps: 5,
		outputs: 1,
		pads_end: false,
		cuts_end: false,
		...more
	});

it('cuts words as the engine does, and knows where they stood', () => {
	const reader = of(['good', "isn't"], { steps: 12 });
	const text = 'A "Good" film -- it\'s not\u2014it isn\u2019t.<br />Café\n';
	const reading = reader.read(text);
	// The same case as in `crates/datasets/src/vocabulary.rs`.
	const wanted = ['A', 'Good', 'film', "it's", 'not', 'it', 'isn\u2019t', 'br', 'Café'];
	expect(reading.tokens.map(({ start, end }) => text.slice(start, end))).toEqual(wanted);
	expect(reading.tokens.flatMap(({ id, known }) => (known ? [id] : []))).toEqual([4, 5]);
	expect([...reading.row]).toEqual([0, 0, 1, 2, 4, 2, 2, 2, 2, 5, 2, 2]);
	expect(reading).toMatchObject({ first: 0, last: 9, at: 3, pads: 2, known: 2, skipped: 0 });
	expect(reader.read(' .,!\n')).toMatchObject({ tokens: [], known: 0, pads: 11 });
});

it('takes the end of a long text, and says which words are in the row', () => {
	const reader = of(['a', 'b', 'c', 'd', 'e', 'f']);
	const reading = reader.read('a b c d e f');
	expect([...reading.row]).toEqual([5, 6, 7, 8, 9]);
	expect(reading).toMatchObject({ first: 1, last: 6, at: 0, pads: 0, known: 5 });
	// Just one too many: the start mark is what is lost.
	expect(reader.read('a b c d e')).toMatchObject({ first: 0, last: 5, at: 0, pads: 0 });
	expect(reader.read('a b c d')).toMatchObject({ first: 0, last: 4, at: 1, pads: 0 });
	// Without a word, the one before the cut comes in.
	expect([...reader.without(reading, 5)]).toEqual([4, 5, 6, 7, 8]);
	expect([...reader.without(reader.read('a b'), 0)]).toEqual([0, 0, 0, 1, 5]);
	const ends = of(['a', 'b', 'c', 'd', 'e', 'f'], { pads_end: true, cuts_end: true });
	expect(ends.read('a b c d e f')).toMatchObject({ first: 0, last: 4, at: 1, pads: 0 });
	expect(ends.read('a b')).toMatchObject({ first: 0, last: 2, at: 1, pads: 2 });
});

it('takes characters where the network reads characters', () => {
	const reader = of(['好', '片'], { level: 'char' });
	const reading = reader.read('好😀片');
	expect([...reading.row]).toEqual([0, 1, 4, 2, 5]);
	expect(reading.tokens.map(({ start, end }) => [start, end])).toEqual([
		[0, 1],
		[1, 3],
		[3, 4]
	]);
	const text = new Reader({ ...reader.vocabulary, special: 0, words: ['a', 'b'] });
	expect([...text.read('xBa').row]).toEqual([0, 0, 0, 1, 0]);
});

it('is not afraid of a text of any length', () => {
	const reader = of(['a']);
	const reading = reader.read(`${'b '.repeat(MOST_CHARACTERS)}a`);
	expect(reading.skipped).toBe(MOST_CHARACTERS + 1);
	expect(reading).toMatchObject({ known: 1, pads: 0 });
	expect(reader.read('x'.repeat(MOST_CHARACTERS)).tokens).toHaveLength(1);
});
