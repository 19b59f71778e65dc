import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Setting } from '../review/look';
import { cutOf, factsOf, reviewOf } from './textlook';
import { rowOf, textsIn, type Texts } from './texts';

/** As `crates/datasets` packs the built-in sample: 4 reviews to train on, 2 to test on (`tests/tests/wire.rs`). */
const hex = readFileSync('src/lib/engine/imdb-parcel.hex', 'utf8').replace(/\s/g, '');
const parcel = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));

/** Ranks 1 to 9; three reviews and one. */
const texts: Texts = {
	name: 'imdb',
	origin: 'sample',
	checksum: 'abc',
	classes: 2,
	train: {
		labels: Uint16Array.of(0, 1, 1),
		ranks: Uint32Array.of(1, 2, 3, 4, 9, 1, 1, 2),
		ends: Uint32Array.of(5, 5, 8)
	},
	test: { labels: Uint16Array.of(0), ranks: Uint32Array.of(5, 1), ends: Uint32Array.of(2) },
	words: ['the', 'a', 'and', 'of', 'is', 'it', 'this', 'film', 'in']
};

it('opens what Rust has packed', () => {
	const read = textsIn(parcel);
	expect([read.name, read.origin, read.classes]).toEqual(['imdb', 'sample', 2]);
	expect([read.train.ends.length, read.test.ends.length, read.words.length]).toEqual([4, 2, 40]);
	expect([read.words[0], read.words[20], read.words[39]]).toEqual(['the', 'great', 'cold']);
	const row = rowOf(read.train, 3);
	expect(row.length).toBe(read.train.ends[3]! - read.train.ends[2]!);
	expect(Math.max(...read.train.ranks)).toBeLessThanOrEqual(40);
	expect(Math.min(...read.train.ranks)).toBeGreaterThanOrEqual(1);
});

it('refuses a cut parcel, and one of other data, and never hangs', () => {
	for (let end = 0; end < parcel.length; end += 7) {
		expect(() => textsIn(parcel.subarray(0, end)), String(end)).toThrow(/parcel/);
	}
	expect(() => textsIn(Uint8Array.of(...parcel, 1))).toThrow(/parcel/);
	// Whatever is changed: it is refused, or opened whole.
	for (let at = 0; at < parcel.length; at += 5) {
		const changed = parcel.slice();
		changed[at]! ^= 0xa5;
		let read: Texts | null = null;
		try {
			read = textsIn(changed);
		} catch (error) {
			expect(String(error)).toContain('parcel');
		}
		if (read) expect(read.train.ends.at(-1)).toBe(read.train.ranks.length);
	}
});

it('counts lengths with the start mark, running words by rank, and numbers as the source does', () => {
	const facts = factsOf(texts);
	expect([...facts.lengths]).toEqual([1, 3, 4, 6]);
	expect([...facts.upTo]).toEqual([0, 4, 6, 7, 8, 9, 9, 9, 9, 10]);
	expect(facts.classes).toEqual([2, 2]);
	// np.unique of load_data(): 1, 2 (in place of rank 9, the largest), 4, 5, 6, 7, 8.
	expect(facts.distinct).toBe(7);
	expect(facts.data.train).toEqual({ rows: 3, ready: 3 });
	expect(facts.named).toBe(true);
});

it('tells what a vocabulary and a length cut', () => {
	const cut = (setting: Partial<Setting>) =>
		cutOf(texts, { num_words: 0, length: 100, side: 'pre', ...setting });
	// By hand: 14 places are used of 400.
	expect(cut({})).toMatchObject({ reviews: 4, longer: 0, lost: 0, unknown: 0, kept: 14, padding: 386 });
	// Ids below 6 stay: ranks 1 and 2. Ranks 3, 4, 9 and 5 do not.
	expect(cut({ num_words: 6 })).toMatchObject({ unknown: 4, kept: 10 });
	// Length 3: [4, 9, 1]? No: the first review keeps ranks 3, 4, 9; the third one 1, 1, 2.
	expect(cut({ num_words: 6, length: 3 })).toMatchObject({
		longer: 2,
		lost: 4,
		unknown: 4,
		kept: 6,
		padding: 2
	});
	// At the other end: start, 1, 2 and start, 1, 1.
	expect(cut({ num_words: 6, length: 3, side: 'post' })).toMatchObject({ lost: 4, unknown: 1, kept: 9 });
});

it('hands out a review with its words', () => {
	const review = reviewOf(texts, 'train', 2);
	expect([...review.ids]).toEqual([1, 4, 4, 5]);
	expect(review.words).toEqual(['the', 'the', 'a']);
	expect(review.label).toBe(1);
	// Out of range, and nonsense.
	expect(reviewOf(texts, 'train', 99).row).toBe(2);
	expect(reviewOf(texts, 'test', NaN).row).toBe(0);
	expect(reviewOf({ ...texts, words: [] }, 'train', 0).words).toEqual([]);
});
