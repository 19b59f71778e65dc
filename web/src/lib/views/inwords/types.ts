// What the panel "Looking inside" shows of a network on words and what it may ask for: the shape of `InwordsState`.

import type { Failure } from '../../engine/wire';

export type When = 'now' | 'before';
export type Method = 'pca' | 'umap';
export type CellKind = 'SimpleRNN' | 'GRU' | 'LSTM';
export type Part = 'h' | 'z' | 'r' | 'k' | 'i' | 'f' | 'o' | 'c';
export type Near = { id: number; cosine: number };

/** A layer with a memory; `ways`: 2 where it reads both ways. */
export type Memory = {
	index: number;
	name: string;
	kind: CellKind;
	units: number;
	ways: number;
	parts: readonly Part[];
};
export type Opened = {
	words: number;
	width: number;
	/** The table of before the training is known. */
	before: boolean;
	memories: readonly Memory[];
	/** A layer that is not worked out here: then only the words can be looked at. */
	lacking: string | null;
};
/** `special`: ids below are no words. */
export type Vocabulary = { level: 'char' | 'word'; special: number; words: readonly string[]; steps: number };

/** What a text became: `ids` as the network reads them; `number`: of the test rows, null: the reader's own. */
export type Row = {
	number: number | null;
	/** Of the reader's own. */
	text: string;
	ids: Uint32Array;
	/** Places in front that hold nothing of the text. */
	pads: number;
	label: number;
	/** What the engine says to it. */
	output: Float32Array;
};
/** steps x units of each part. */
export type Traced = {
	memory: Memory;
	way: number;
	steps: number;
	units: number;
	parts: readonly { part: Part; values: Float32Array }[];
	/** The farthest that it lies from what the engine gives; null: the training went on meanwhile. */
	apart: number | null;
};
export type Spread = { mean: number; sd: number; low: number; high: number };
/** One network that read one text in other orders. */
export type Order = {
	experiment: string;
	update: number;
	/** What was read: the same for all networks of one data set. */
	what: string;
	layers: string;
	of: number;
	/** Numbers that it gives for a text. */
	outputs: number;
	own: number;
	answers: readonly number[];
	spread: Spread;
	finished: boolean;
};
/** `kind` null: the network's own; else a cell that has learned nothing. */
export type Fall = {
	experiment: string;
	what: string;
	kind: CellKind | null;
	layers: string;
	update: number;
	units: number;
	lengths: Float32Array;
};
export type Plane = {
	first: number;
	count: number;
	method: Method;
	when: When;
	points: Float32Array | null;
	explained: [number, number] | null;
	finished: boolean;
};
export type Long = 'plane' | 'order' | 'reach';
export type Doing = {
	what: Long;
	stage: 'pca' | 'neighbours' | 'layout' | 'orders' | 'gradients' | null;
	done: number;
	total: number;
};

export interface InwordsView {
	/** The network that is looked at: after so many updates; null: not looked yet. */
	readonly at: number | null;
	readonly opened: Opened | null;
	readonly vocabulary: Vocabulary | null;
	/** Of one word, in both tables. */
	readonly near: { id: number; now: readonly Near[]; before: readonly Near[] | null } | null;
	readonly sum: { of: readonly [number, number, number]; near: readonly Near[] } | null;
	readonly plane: Plane | null;
	readonly row: Row | null;
	/** Test rows that there are; 0: none, only texts of the reader's own. */
	readonly rows: number;
	readonly traced: Traced | null;
	/** Of this visit, all networks that read what is read now. */
	readonly orders: readonly Order[];
	readonly falls: readonly Fall[];
	readonly doing: Doing | null;
	readonly failure: Failure | null;
	refresh(): Promise<void>;
	/** A test row, counted from 0. */
	read(number: number): Promise<void>;
	/** The reader's own text. */
	write(text: string): Promise<void>;
	nearest(id: number): Promise<void>;
	add(of: readonly [number, number, number]): Promise<void>;
	map(count: number, method: Method, seed: number, when: When): Promise<void>;
	trace(memory: Memory, way: number): Promise<void>;
	shuffle(times: number, seed: number): Promise<void>;
	reach(beside: boolean, seed: number): Promise<void>;
	stop(): void;
}
