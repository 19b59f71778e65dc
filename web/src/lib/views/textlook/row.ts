// One review as a row of a given length: what is cut, what is unknown, what is filled up.

import type { Setting } from '../../review/look';

export type Token = {
	/** The place in the review, the start mark at 0. */
	at: number;
	id: number;
	/** What the network gets: the id, or 2 where it is not below the bound. */
	given: number;
	state: 'kept' | 'unknown' | 'cut';
};
export type Row = {
	/** In the order of the review. */
	tokens: Token[];
	/** Zeros, in front of it or behind it. */
	zeros: number;
	/** As the network gets it. */
	given: number[];
};

const UNKNOWN = 2;

export function rowFor(ids: ArrayLike<number>, { num_words, length, side }: Setting): Row {
	const bound = num_words > 0 ? num_words : Infinity;
	const all = ids.length;
	const first = side === 'pre' ? Math.max(0, all - length) : 0;
	const last = side === 'pre' ? all : Math.min(all, length);
	const tokens = Array.from({ length: all }, (_, at): Token => {
		const id = ids[at]!;
		const given = id < bound ? id : UNKNOWN;
		const state = at < first || at >= last ? 'cut' : given === id ? 'kept' : 'unknown';
		return { at, id, given, state };
	});
	const kept = tokens.slice(first, last).map(({ given }) => given);
	const zeros = Math.max(0, length - all);
	const fill = Array.from({ length: zeros }, () => 0);
	return { tokens, zeros, given: side === 'pre' ? [...fill, ...kept] : [...kept, ...fill] };
}
