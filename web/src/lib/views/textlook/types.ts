// What a look at reviews shows: the shape of `TextLookState`.

import type { DataState } from '../../engine/wire';

export type Side = 'pre' | 'post';
/** `num_words` 0: all words. */
export type Setting = { num_words: number; length: number; side: Side };
export type Facts = {
	data: DataState;
	classes: number[];
	/** Shortest first. */
	lengths: Uint32Array;
	/** `upTo[rank]`: running words of this rank or a smaller one. */
	upTo: Uint32Array;
	distinct: number;
	/** The words came with the numbers. */
	named: boolean;
};
export type Cut = {
	setting: Setting;
	reviews: number;
	longer: number;
	lost: number;
	unknown: number;
	kept: number;
	padding: number;
};
export type Review = {
	part: 'train' | 'test';
	row: number;
	label: number;
	ids: Uint32Array;
	/** Empty where they are not known. */
	words: string[];
};
