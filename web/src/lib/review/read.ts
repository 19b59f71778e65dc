// A text as a network on words reads it: its tokens with their places in the text, which of them the network knows, and which
// places of its row they take. The rule is that of `crates/datasets/src/vocabulary.rs`.

import type { Vocabulary } from '../engine/engine-types';
import { rowOf } from '../engine/words';

/** Start of every text, and what stands for a token that is not known. */
const START = 1;
const UNKNOWN = 2;
/** Of a longer text only the end is taken: about 200,000 words. */
export const MOST_CHARACTERS = 1_000_000;

/** Keeps words apart: every mark of ASCII but ', blanks, and the dashes, dots and quotes of a typesetter. */
const WORD = /[^\s!-&(-/:-@[-`{-~\u2013\u2014\u2026\u201c-\u201e\u00ab\u00bb]+/gu;

export type Token = {
	/** From `start` up to `end` in the text. */
	start: number;
	end: number;
	id: number;
	known: boolean;
};

export type Reading = {
	/** As it was read: the end of a text that is too long. */
	text: string;
	/** Characters that were left out in front of it. */
	skipped: number;
	tokens: Token[];
	/** Of the tokens those from `first` up to `last` are in the row. */
	first: number;
	last: number;
	/** Ids, as the network gets them. */
	row: Uint32Array;
	/** Place in the row of token `first`. */
	at: number;
	/** Places of the row that hold nothing. */
	pads: number;
	/** Tokens in the row that are known. */
	known: number;
};

/** Makes readings; the words are looked up faster than in a list. */
export class Reader {
	readonly vocabulary: Vocabulary;
	readonly #ids: Map<string, number>;

	constructor(vocabulary: Vocabulary) {
		this.vocabulary = vocabulary;
		const { special, words } = vocabulary;
		this.#ids = new Map(words.slice(special).map((word, at) => [word, special + at]));
	}

	#token(text: string, start: number, end: number): Token | null {
		const { lower, special } = this.vocabulary;
		let token = text.slice(start, end).replace(/\u2019/g, "'");
		if (lower) token = token.toLowerCase();
		const id = this.#ids.get(token);
		// Where rows are cut from one long text there is no place for what is not known.
		if (id === undefined && special === 0) return null;
		return { start, end, id: id ?? UNKNOWN, known: id !== undefined };
	}

	#tokens(text: string): Token[] {
		const tokens: Token[] = [];
		const take = (start: number, end: number) => {
			const token = this.#token(text, start, end);
			if (token) tokens.push(token);
		};
		if (this.vocabulary.level === 'char') {
			let at = 0;
			for (const character of text) take(at, (at += character.length));
		} else {
			for (const found of text.matchAll(WORD)) take(found.index, found.index + found[0].length);
		}
		return tokens;
	}

	/** The row for some of the tokens. */
	#row(tokens: Token[]): { row: Uint32Array; from: number; pads: number; marks: number } {
		const marks = this.vocabulary.special > 0 ? 1 : 0;
		const ids = tokens.map(({ id }) => id);
		if (marks > 0) ids.unshift(START);
		return { ...rowOf(ids, this.vocabulary), marks };
	}

	read(whole: string): Reading {
		const skipped = Math.max(0, whole.length - MOST_CHARACTERS);
		const text = whole.slice(skipped);
		const tokens = this.#tokens(text);
		const { row, from, pads, marks } = this.#row(tokens);
		const { steps } = this.vocabulary;
		const first = Math.max(0, from - marks);
		const last = Math.min(tokens.length, from + steps - marks);
		const at = pads + Math.max(0, marks - from);
		const known = tokens.slice(first, last).filter((token) => token.known).length;
		const held = Math.min(tokens.length + marks, steps);
		return { text, skipped, tokens, first, last, row, at, pads: steps - held, known };
	}

	/** The row of the text without one token: what stood before it (in a long text) or filling takes the place. */
	without({ tokens }: Reading, left: number): Uint32Array {
		return this.#row(tokens.filter((_, index) => index !== left)).row;
	}
}
