// Looking inside a network on words: what can be asked of the worker that does it, and what it answers. It holds one network,
// the one that was opened last; it never touches the engine.

import type { Failure } from '../wire';
import type { Kind, Part } from './cell';
import type { Near } from './nearness';
import type { Spread } from './order';

/** The table as it is, or as it was before its training. */
export type When = 'now' | 'before';
export type Method = 'pca' | 'umap';

/** A layer with a memory; `ways`: 2 where it reads both ways. */
export type Memory = {
	index: number;
	name: string;
	kind: Kind;
	units: number;
	ways: number;
	parts: readonly Part[];
};
export type Opened = {
	/** Rows of the table that stand for words or marks, and its columns. */
	words: number;
	width: number;
	/** Whether the table of before the training is known. */
	before: boolean;
	memories: Memory[];
	/** What of the network is not worked out here (a layer's name); null: all is. Then only the table can be looked at. */
	lacking: string | null;
};
/** steps x units of each part, a step where it stands in the layer's input. */
export type Traced = {
	backwards: boolean;
	steps: number;
	units: number;
	parts: { part: Part; values: Float32Array }[];
	output: Float32Array;
};
/** `answers`: of output `of`, one for each order; `own`: of the row as it is. */
export type Shuffled = { of: number; own: number; answers: number[]; spread: Spread; finished: boolean };
/** Of each step the length of the gradient; `kind` null: the network's own. */
export type Fall = { kind: Kind | null; units: number; lengths: Float32Array };
export type Fallen = { of: number; falls: Fall[]; finished: boolean };
export type Plane = {
	first: number;
	count: number;
	method: Method;
	when: When;
	points: Float32Array | null;
	explained: [number, number] | null;
	finished: boolean;
};

export type Ask =
	/** Ids from `special` on and below `known` stand for words. */
	| {
			type: 'open';
			bytes: ArrayBuffer;
			named: readonly { name: string; type: string }[];
			special: number;
			known: number;
	  }
	| { type: 'near'; id: number; count: number; when: When }
	| { type: 'sum'; of: readonly [number, number, number]; count: number; when: When }
	/** The `count` words behind the special ones, on a plane. Heard: `plane`. Can be stopped. */
	| { type: 'plane'; count: number; method: Method; seed: number; when: When }
	/** What happens in layer `index` over a row; `way` 1: of the half that reads backwards. */
	| { type: 'trace'; row: Uint32Array; index: number; way: number }
	/** The answer to the row, and to its words in `times` other orders. Heard: `done`. Can be stopped. */
	| { type: 'shuffle'; row: Uint32Array; times: number; seed: number }
	/** How far back the answer feels a word. `beside`: also of cells as large, untrained. Heard: `done`. Can be stopped. */
	| { type: 'fall'; row: Uint32Array; beside: boolean; seed: number };

export type Reply =
	| ({ type: 'open' } & Opened)
	| { type: 'near'; near: Near[] }
	| { type: 'sum'; near: Near[] }
	| ({ type: 'plane' } & Plane)
	| ({ type: 'trace' } & Traced)
	| ({ type: 'shuffle' } & Shuffled)
	| ({ type: 'fall' } & Fallen);
export type ReplyTo<A extends Ask> = Extract<Reply, { type: A['type'] }>;

export type Stage = 'pca' | 'neighbours' | 'layout' | 'orders' | 'gradients';
export type Heard = { stage: Stage; done: number; total: number; points: Float32Array | null };

/** `stop` ends what takes long. */
export type ToDesk = { id: number; ask: Ask } | { stop: true };
export type FromDesk =
	{ id: number; reply: Reply } | { id: number; heard: Heard } | { id: number; failure: Failure };
