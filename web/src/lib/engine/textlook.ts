// A look at reviews: how long they are, how many words it takes, what a vocabulary and a length cut off.
// Pure counting, done in a worker: the official reviews have 11.7 million words.

import type { Cut, Facts, Review, Setting } from '../review/look';
import { rowOf, type Texts } from './texts';

/** As `imdb.load_data` numbers: 0 fills up, 1 starts, 2 stands for what is not known; a word is its rank and 3. */
export const PAD = 0;
export const START = 1;
export const UNKNOWN = 2;
export const INDEX_FROM = 3;

const parts = ['train', 'test'] as const;

/**
 * Different numbers in all reviews as `load_data()` gives them: it takes the largest id as the bound, which is thereby
 * unknown. So the rarest word is missing, and the start mark and the unknown one are two numbers more.
 */
function distinct(upTo: Uint32Array): number {
	let ranks = 0;
	for (let rank = 1; rank < upTo.length; rank++) if (upTo[rank]! > upTo[rank - 1]!) ranks++;
	return ranks === 0 ? 1 : ranks + 1;
}

export function factsOf(texts: Texts): Facts {
	const both = parts.map((part) => texts[part]);
	const classes = Array.from({ length: texts.classes }, () => 0);
	const lengths = new Uint32Array(both.reduce((sum, { ends }) => sum + ends.length, 0));
	let largest = 0;
	for (const { ranks } of both) for (const rank of ranks) if (rank > largest) largest = rank;
	// A rank is one of a word's: no file can ask for more memory than its words would need.
	if (largest > 1 << 24) throw new RangeError(`rank ${largest}`);
	const upTo = new Uint32Array(largest + 1);
	let at = 0;
	for (const { labels, ranks, ends } of both) {
		for (const label of labels) classes[label]!++;
		for (const rank of ranks) upTo[rank]!++;
		let start = 0;
		for (const end of ends) {
			lengths[at++] = end - start + 1;
			start = end;
		}
	}
	for (let rank = 1; rank < upTo.length; rank++) upTo[rank]! += upTo[rank - 1]!;
	const rows = (part: (typeof parts)[number]) => ({
		rows: texts[part].ends.length,
		ready: texts[part].ends.length
	});
	const { name, origin, checksum } = texts;
	return {
		data: { name, origin, checksum, train: rows('train'), test: rows('test') },
		classes,
		lengths: lengths.sort(),
		upTo,
		distinct: distinct(upTo),
		named: texts.words.length > 0
	};
}

export function cutOf(texts: Texts, setting: Setting): Cut {
	const { num_words, length, side } = setting;
	const bound = num_words > 0 ? num_words : Infinity;
	const cut: Cut = { setting, reviews: 0, longer: 0, lost: 0, unknown: 0, kept: 0, padding: 0 };
	for (const part of parts) {
		const { ranks, ends } = texts[part];
		cut.reviews += ends.length;
		let start = 0;
		for (const end of ends) {
			const all = end - start + 1;
			const left = Math.min(all, length);
			if (all > length) cut.longer++;
			cut.lost += all - left;
			cut.padding += length - left;
			// The start mark goes first where the beginning is cut.
			const marks = side === 'post' || all <= length ? 1 : 0;
			const from = side === 'pre' ? end - (left - marks) : start;
			let unknown = 0;
			for (let at = from; at < from + left - marks; at++) {
				if (ranks[at]! + INDEX_FROM >= bound) unknown++;
			}
			cut.unknown += unknown;
			cut.kept += left - unknown;
			start = end;
		}
	}
	return cut;
}

export function reviewOf(texts: Texts, part: 'train' | 'test', row: number): Review {
	const last = Math.max(0, texts[part].ends.length - 1);
	const at = Math.min(last, Math.max(0, Math.trunc(row) || 0));
	const ranks = rowOf(texts[part], at);
	const ids = new Uint32Array(ranks.length + 1);
	ids[0] = START;
	ids.set(
		ranks.map((rank) => rank + INDEX_FROM),
		1
	);
	const words = texts.words.length > 0 ? Array.from(ranks, (rank) => texts.words[rank - 1] ?? '') : [];
	return { part, row: at, label: texts[part].labels[at] ?? 0, ids, words };
}
