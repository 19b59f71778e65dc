// What a look at reviews finds: counted by a worker (`engine/textlook.ts`), kept by the state, shown by views.

import type { DataState } from '../engine/wire';

export type Side = 'pre' | 'post';
/** `num_words`: ids are below it; 0 = all words. `side`: where what is too long is cut, and what is short filled up. */
export type Setting = { num_words: number; length: number; side: Side };

export type Facts = {
	data: DataState;
	/** How many reviews of each class, both parts together. */
	classes: number[];
	/** Of all reviews, the start mark counted, shortest first. */
	lengths: Uint32Array;
	/** `upTo[rank]`: how many of all running words have this rank or a smaller one. */
	upTo: Uint32Array;
	/** Different numbers as the source counts them, see `distinct` in `engine/textlook.ts`. */
	distinct: number;
	/** Whether the words came with the numbers. */
	named: boolean;
};

/** What a setting does to all reviews. */
export type Cut = {
	setting: Setting;
	reviews: number;
	/** Reviews that lose something to the length, and how many words (start marks counted). */
	longer: number;
	lost: number;
	/** Of what is left: words that become 2, the unknown one; words and start marks that stay. */
	unknown: number;
	kept: number;
	/** Places that are filled up. */
	padding: number;
};

export type Review = {
	part: 'train' | 'test';
	row: number;
	label: number;
	/** With the start mark, before anything is cut or replaced. */
	ids: Uint32Array;
	/** The word of each id; empty where words are not known. */
	words: string[];
};
